using System.Diagnostics.CodeAnalysis;
using Everturn.Hosting;

namespace Everturn.Turns;

/// <summary>What a node spends on turns at once: how many conversations run, and how many bytes wait.</summary>
/// <remarks>
/// A batch takes one place, and the next batch of the same conversation stands in line again behind the others: so one
/// busy conversation cannot starve the rest.
/// </remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing to release.")]
internal sealed class TurnBudget(EverturnOptions options)
{
    private readonly SemaphoreSlim _places = new(options.MaxConcurrentTurns);
    private long _waitingBytes;

    /// <summary>Waits for a place, first come, first served.</summary>
    public Task EnterAsync() => _places.WaitAsync();

    public void Leave() => _places.Release();

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
