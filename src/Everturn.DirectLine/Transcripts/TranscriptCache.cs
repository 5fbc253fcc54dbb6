namespace Everturn.DirectLine.Transcripts;

/// <summary>Recently used transcripts: hints that save a read, never the truth. Bounded in bytes.</summary>
internal sealed class TranscriptCache(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedListNode<Slot>> _slots = new(StringComparer.Ordinal);
    private readonly LinkedList<Slot> _byUse = [];
    private long _weight;

    public StoredTranscript? Get(string conversation)
    {
        lock (_lock)
        {
            if (!_slots.TryGetValue(conversation, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            return node.Value.Transcript;
        }
    }

    public void Set(string conversation, StoredTranscript transcript)
    {
        lock (_lock)
        {
            RemoveLocked(conversation);
            _slots[conversation] = _byUse.AddFirst(new Slot(conversation, transcript));
            _weight += transcript.Weight;
            while (_weight > capacity && _byUse.Last is { } oldest)
            {
                RemoveLocked(oldest.Value.Conversation);
            }
        }
    }

    public void Remove(string conversation)
    {
        lock (_lock)
        {
            RemoveLocked(conversation);
        }
    }

    private void RemoveLocked(string conversation)
    {
        if (_slots.Remove(conversation, out var node))
        {
            _byUse.Remove(node);
            _weight -= node.Value.Transcript.Weight;
        }
    }

    private sealed record Slot(string Conversation, StoredTranscript Transcript);
}
