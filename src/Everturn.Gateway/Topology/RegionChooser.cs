namespace Everturn.Gateway.Topology;

/// <summary>
/// Chooses the region that gets the requests: the nearest, near ties by configured order, with hysteresis. A region is left
/// at once when it has no ready node; for a better one only when that has been better for the settle time: nearer by twice
/// the tolerance, or earlier in order and within the tolerance. The gap between both rules keeps noise from moving traffic.
/// </summary>
internal sealed class RegionChooser(TimeSpan tolerance, TimeSpan settleTime)
{
    private string? _candidate;
    private TimeSpan _candidateSince;

    public string? Current { get; private set; }

    /// <param name="healthy">The regions that have a ready node, in configured order, with their latency.</param>
    /// <param name="now">Any clock that only goes forward.</param>
    /// <param name="freely">Whether nothing depends on the current region yet, so that the better one is taken at once.</param>
    public string? Choose(IReadOnlyList<(string Name, TimeSpan Latency)> healthy, TimeSpan now, bool freely)
    {
        if (healthy.Count == 0)
        {
            _candidate = null;
            return Current = null;
        }

        var lowest = healthy.Min(region => region.Latency);
        var nearest = healthy.First(region => region.Latency <= lowest + tolerance).Name;
        var current = Index(healthy, Current);
        if (current < 0)
        {
            _candidate = null;
            return Current = nearest;
        }

        var better = healthy[current].Latency > lowest + tolerance + tolerance || Index(healthy, nearest) < current ? nearest : null;
        if (better is null || better == Current)
        {
            _candidate = null;
            return Current;
        }

        if (better != _candidate)
        {
            (_candidate, _candidateSince) = (better, now);
        }

        if (freely || now - _candidateSince >= settleTime)
        {
            (_candidate, Current) = (null, better);
        }

        return Current;
    }

    private static int Index(IReadOnlyList<(string Name, TimeSpan Latency)> regions, string? name)
    {
        for (var i = 0; i < regions.Count; i++)
        {
            if (regions[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
