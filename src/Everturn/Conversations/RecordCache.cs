namespace Everturn.Conversations;

/// <summary>Recent records of this node, bounded in bytes. Only a hint: a stale entry costs a failed write.</summary>
/// <param name="maxBytes">The bound; 0 keeps nothing.</param>
internal sealed class RecordCache(long maxBytes)
{
    // A parsed record holds slices of its document; the rest is the objects around them.
    private const int OverheadBytes = 1024;
    private const double Weight = 0.1;
    private const double Distrust = 0.3;
    private const double Trust = 0.15;

    private readonly Lock _lock = new();
    private readonly Dictionary<ConversationKey, LinkedListNode<(ConversationKey Key, Snapshot Snapshot)>> _entries = [];
    private readonly LinkedList<(ConversationKey Key, Snapshot Snapshot)> _byUse = [];
    private long _bytes;
    private double _staleness;
    private bool _readsFirst;

    /// <summary>Whether entries are stale so often (nobody keeps conversations on one node) that reading first is cheaper.</summary>
    public bool ReadsFirst
    {
        get
        {
            lock (_lock)
            {
                return _readsFirst;
            }
        }
    }

    public Snapshot? Get(ConversationKey key)
    {
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Snapshot;
        }
    }

    public void Put(ConversationKey key, Snapshot snapshot)
    {
        lock (_lock)
        {
            RemoveEntry(key);
            _entries[key] = _byUse.AddFirst((key, snapshot));
            _bytes += snapshot.Bytes + OverheadBytes;
            while (_bytes > maxBytes && _byUse.Last is { } last)
            {
                RemoveEntry(last.Value.Key);
            }
        }
    }

    public void Remove(ConversationKey key)
    {
        lock (_lock)
        {
            RemoveEntry(key);
        }
    }

    /// <summary>Learns whether an entry that was used had been overtaken by another node.</summary>
    public void Learn(bool wasStale)
    {
        lock (_lock)
        {
            _staleness += Weight * ((wasStale ? 1 : 0) - _staleness);
            _readsFirst = _staleness > (_readsFirst ? Trust : Distrust);
        }
    }

    private void RemoveEntry(ConversationKey key)
    {
        if (_entries.Remove(key, out var node))
        {
            _byUse.Remove(node);
            _bytes -= node.Value.Snapshot.Bytes + OverheadBytes;
        }
    }
}
