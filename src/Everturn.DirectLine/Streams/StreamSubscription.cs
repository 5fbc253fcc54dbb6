using System.Threading.Channels;
using Everturn.DirectLine.Transcripts;

namespace Everturn.DirectLine.Streams;

/// <summary>One stream's place in a conversation that is watched on this node.</summary>
internal sealed class StreamSubscription : IDisposable
{
    private const int MaxSignals = 64;

    private readonly LiveConversation _conversation;

    // Losing a signal loses nothing but a typing indicator: any signal makes the stream look at the transcript.
    private readonly Channel<StreamSignal> _signals = Channel.CreateBounded<StreamSignal>(
        new BoundedChannelOptions(MaxSignals) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private volatile bool _isComplete;

    public StreamSubscription(LiveConversation conversation) => _conversation = conversation;

    /// <summary>The newest head that this node knows.</summary>
    public Transcript Head => _conversation.Head;

    public string Conversation => _conversation.Id;

    /// <summary>Whether the stream is to end.</summary>
    public bool IsComplete => _isComplete;

    public ChannelReader<StreamSignal> Signals => _signals.Reader;

    public void Signal(StreamSignal signal) => _signals.Writer.TryWrite(signal);

    /// <summary>Ends the stream after what it is doing.</summary>
    public void Complete()
    {
        _isComplete = true;
        _signals.Writer.TryComplete();
    }

    public void Dispose() => _conversation.Remove(this);
}
