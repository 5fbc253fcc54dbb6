using Everturn.Hosting;

namespace Everturn.Conversations;

/// <summary>Lets in one at a time, in the order in which they came; nobody waits beyond his deadline.</summary>
internal sealed class OneAtATime(NodeContext node)
{
    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource<bool>> _waiting = [];
    private bool _isTaken;

    /// <summary>Waits to be let in; false when the deadline came first.</summary>
    public async ValueTask<bool> TryEnterAsync(Deadline deadline)
    {
        TaskCompletionSource<bool> place;
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return true;
            }

            place = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue(place);
        }

        using var patience = node.CancelAfter(deadline.Remaining);
        await using var leave = patience.Token.Register(() => place.TrySetResult(false));
        return await place.Task;
    }

    /// <summary>Lets the next one in.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var next))
            {
                if (next.TrySetResult(true))
                {
                    return;
                }
            }

            _isTaken = false;
        }
    }
}
