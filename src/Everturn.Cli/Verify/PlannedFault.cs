namespace Everturn.Cli.Verify;

/// <summary>A fault of the schedule.</summary>
/// <param name="At">When, from the beginning of the load.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">A node, a region, or <c>store</c>.</param>
/// <param name="Duration">Until it is mended: the node started or resumed, the lock given back.</param>
internal sealed record PlannedFault(TimeSpan At, FaultKind Kind, string Target, TimeSpan Duration);
