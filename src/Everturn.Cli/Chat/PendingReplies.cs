namespace Everturn.Cli.Chat;

/// <summary>Which sent messages the bot has not answered yet.</summary>
internal sealed class PendingReplies
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>A message was taken. Its reply may have come already: it travels by another way.</summary>
    public void Sent(string id)
    {
        lock (_lock)
        {
            if (!_answered.Contains(id))
            {
                _open.Add(id);
            }
        }
    }

    public void Answered(string id)
    {
        lock (_lock)
        {
            _answered.Add(id);
            _open.Remove(id);
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until every message sent so far is answered; false when that takes longer than <paramref name="patience"/>.</summary>
    public async Task<bool> WaitAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            while (true)
            {
                Task changed;
                lock (_lock)
                {
                    if (_open.Count == 0)
                    {
                        return true;
                    }

                    changed = _changed.Task;
                }

                await changed.WaitAsync(timeout.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
