namespace Everturn.Gateway.Topology;

/// <summary>
/// The shortest of the last answers: near to the network's own delay, whatever load adds to single answers. So traffic
/// does not chase whichever region happens to be idle.
/// </summary>
internal sealed class LatencyWindow
{
    private readonly TimeSpan[] _recent = new TimeSpan[20];
    private int _count;

    public TimeSpan? Lowest { get; private set; }

    public void Add(TimeSpan latency)
    {
        _recent[_count++ % _recent.Length] = latency;
        var lowest = latency;
        for (var i = 0; i < Math.Min(_count, _recent.Length); i++)
        {
            lowest = _recent[i] < lowest ? _recent[i] : lowest;
        }

        Lowest = lowest;
        // Stays in the upper half of the window's first rounds, so it never overflows.
        _count = _count >= _recent.Length * 2 ? _recent.Length : _count;
    }
}
