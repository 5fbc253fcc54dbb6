using System.Globalization;

namespace Everturn.Cli.Verify;

/// <summary>A fault of the schedule.</summary>
/// <param name="At">When, from the beginning of the load.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">A node, a region, or <c>store</c>.</param>
/// <param name="Duration">Until it is mended: the node started or resumed, the lock given back.</param>
/// <param name="MidWrite">For a kill on a store that can be locked: no write gets through from shortly before it, so that the node is likely to have committed what it has not delivered.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, string Target, TimeSpan Duration, bool MidWrite = false)
{
    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{FaultKinds.Name(Kind)} {Target}{(MidWrite ? " between two writes" : "")} for {Duration.TotalSeconds:0.0} s");
}
