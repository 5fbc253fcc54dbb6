namespace Everturn.Delivery;

/// <summary>Lets one loop wait for news or for time to pass, whichever comes first.</summary>
/// <remarks>News that came before the wait ends it at once.</remarks>
internal sealed class Wakeup(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _waiting;
    private bool _news;

    /// <summary>Ends the wait, or the next one.</summary>
    public void Signal()
    {
        lock (_lock)
        {
            _news = _waiting is null;
            _waiting?.TrySetResult();
            _waiting = null;
        }
    }

    /// <summary>Waits for news, at most <paramref name="duration"/>.</summary>
    public async Task WaitAsync(TimeSpan duration)
    {
        TaskCompletionSource waiting;
        lock (_lock)
        {
            if (_news || duration <= TimeSpan.Zero)
            {
                _news = false;
                return;
            }

            _waiting = waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        using var timer = time.CreateTimer(static state => ((Wakeup)state!).Signal(), this, duration, Timeout.InfiniteTimeSpan);
        await waiting.Task;
    }
}
