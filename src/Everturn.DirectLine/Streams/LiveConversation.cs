using Everturn.DirectLine.Transcripts;

namespace Everturn.DirectLine.Streams;

/// <summary>A conversation with open streams on this node: its newest head, and who waits for news.</summary>
internal sealed class LiveConversation(LiveConversations owner, string id, Transcript head)
{
    private readonly Lock _lock = new();
    private readonly List<StreamSubscription> _subscriptions = [];
    private volatile Transcript _head = head;
    private volatile TaskCompletionSource _hint = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id { get; } = id;

    public Transcript Head => _head;

    /// <summary>Cancelled when the last stream has gone.</summary>
    public CancellationTokenSource Abandoned { get; } = new();

    /// <summary>Takes a newer head and wakes the streams; an older one, from a store that lags, is no news.</summary>
    public void Publish(Transcript head)
    {
        lock (_lock)
        {
            if (head.Last <= _head.Last)
            {
                return;
            }

            _head = head;
        }

        Signal(StreamSignal.News);
    }

    /// <summary>Another node says that there is news: it is worth a look.</summary>
    public void Hint() => _hint.TrySetResult();

    /// <summary>Waits for a hint, also one that came since the last wait, at most for an interval.</summary>
    public async Task WaitAsync(TimeSpan interval, TimeProvider time)
    {
        await _hint.Task.WaitAsync(interval, time, Abandoned.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_hint.Task.IsCompleted)
        {
            _hint = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public void PublishEphemeral(ReadOnlyMemory<byte> activity) => Signal(new(activity, _head.Last, IsKeepAlive: false));

    /// <summary>Adds a stream; null when there are too many or the last has just gone.</summary>
    public StreamSubscription? TryAdd(int limit)
    {
        lock (_lock)
        {
            if (Abandoned.IsCancellationRequested || _subscriptions.Count >= limit)
            {
                return null;
            }

            var subscription = new StreamSubscription(this);
            _subscriptions.Add(subscription);
            return subscription;
        }
    }

    public void Remove(StreamSubscription subscription)
    {
        lock (_lock)
        {
            if (!_subscriptions.Remove(subscription) || _subscriptions.Count > 0)
            {
                return;
            }

            Abandoned.Cancel();
        }

        owner.Forget(this);
    }

    private void Signal(StreamSignal signal)
    {
        lock (_lock)
        {
            foreach (var subscription in _subscriptions)
            {
                subscription.Signal(signal);
            }
        }
    }
}
