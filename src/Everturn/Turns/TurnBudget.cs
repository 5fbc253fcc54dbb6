using Everturn.Hosting;

namespace Everturn.Turns;

/// <summary>What a node spends on turns at once: how many conversations run, and how many bytes wait.</summary>
/// <remarks>
/// A batch takes one place, and the next batch of the same conversation stands in line again behind the others: so one
/// busy conversation cannot starve the rest. Attempts at queued turns and timers take minutes: they have places of their own, so
/// that what comes from a channel never waits for them.
/// </remarks>
internal sealed class TurnBudget(EverturnOptions options)
{
    private long _waitingBytes;

    /// <summary>For the batches of mailboxes.</summary>
    public TurnPlaces Batches { get; } = new(options.MaxConcurrentTurns);

    /// <summary>For attempts at the turns of queues.</summary>
    public TurnPlaces Attempts { get; } = new(options.MaxConcurrentTurns);

    /// <summary>Takes memory for an activity; false when too much waits already.</summary>
    public bool TryHold(int bytes)
    {
        if (Interlocked.Add(ref _waitingBytes, bytes) <= options.MaxWaitingBytes)
        {
            return true;
        }

        Free(bytes);
        return false;
    }

    public void Free(int bytes) => Interlocked.Add(ref _waitingBytes, -bytes);
}
