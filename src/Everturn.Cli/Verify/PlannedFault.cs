using System.Globalization;

namespace Everturn.Cli.Verify;

/// <summary>A fault of the schedule.</summary>
/// <param name="At">When, from the beginning of the load.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">A node, a region, or <c>store</c>.</param>
/// <param name="Duration">Until it is mended: the node started or resumed, the lock given back.</param>
/// <param name="MidWrite">For a kill: shortly before it the node is kept from writing, or from hearing of what it wrote, so that it is likely to have committed what it has not delivered.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, string Target, TimeSpan Duration, bool MidWrite = false)
{
    /// <summary>The target that is the store, for all nodes.</summary>
    public const string Store = "store";

    /// <inheritdoc />
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{FaultKinds.Name(Kind)} {Target}{(MidWrite ? " between two writes" : "")} for {Duration.TotalSeconds:0.0} s");
}
