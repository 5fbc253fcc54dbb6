namespace Everturn.Delivery;

/// <summary>The runs of other nodes that are proven dead, the latest ones.</summary>
internal sealed class Departed
{
    private const int Most = 256;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<string> _byTime = [];

    /// <summary>Whether this is news.</summary>
    public bool Add(string incarnation)
    {
        lock (_lock)
        {
            if (!_known.Add(incarnation))
            {
                return false;
            }

            _byTime.Enqueue(incarnation);
            if (_byTime.Count > Most)
            {
                _known.Remove(_byTime.Dequeue());
            }

            return true;
        }
    }

    public bool Contains(string? incarnation)
    {
        lock (_lock)
        {
            return incarnation is not null && _known.Contains(incarnation);
        }
    }
}
