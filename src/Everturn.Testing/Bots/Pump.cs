using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Bots;

/// <summary>Lets virtual time go on until something has happened, and watches that it does.</summary>
internal sealed class Pump(Scheduler scheduler, TimeSpan realPatience, Func<Waiting> waiting, Func<string> underWay) : IDisposable
{
    private const int MostAtOneMoment = 1_000_000;

    // A bot that limits its wait by virtual time may wait for something real all the same.
    private static readonly TimeSpan ShortPatience = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private volatile bool _isHeld;
    private volatile bool _waitsForOthers;

    /// <summary>The first thing that went wrong by itself.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Lets everything happen that happens now, and what follows, until it is done; false when a moment has come before.</summary>
    public async Task<bool> RunAsync(Func<bool> isDone, TimeSpan until)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            return await WatchAsync(Task.Run(() => LoopAsync(isDone, until)));
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task<bool> WatchAsync(Task<bool> loop)
    {
        while (true)
        {
            var before = scheduler.Happened;
            using var over = new CancellationTokenSource();
            if (await Task.WhenAny(loop, Task.Delay(realPatience, over.Token)) == loop)
            {
                await over.CancelAsync();
                return await loop;
            }

            if (scheduler.Happened == before && !_waitsForOthers)
            {
                _isHeld = true;
                throw new TestBotException(
                    $"ET8003: {underWay()} has held its thread for {realPatience.TotalSeconds:0.#} s. Look for a loop that never ends, or a blocking wait (.Result, .Wait(), Thread.Sleep, a lock).");
            }
        }
    }

    private async Task<bool> LoopAsync(Func<bool> isDone, TimeSpan until)
    {
        var atThisMoment = 0;
        while (true)
        {
            ThrowIfFailed();
            if (scheduler.TryRunNext(scheduler.Now))
            {
                if (++atThisMoment > MostAtOneMoment)
                {
                    throw new TestBotException($"ET8003: {underWay()} goes on for ever without time passing. Look for a loop that awaits what is there already.");
                }

                continue;
            }

            var wait = waiting();
            if (wait is not Waiting.ForTime && await IsCalledBackAsync(wait is Waiting.ForOthers ? realPatience : ShortPatience))
            {
                continue;
            }

            if (wait is Waiting.ForOthers)
            {
                throw new TestBotException(
                    $"ET8003: {underWay()} has waited for {realPatience.TotalSeconds:0.#} s of real time for something that is not there. Replace what it waits for by a fake, or wait by the TimeProvider of its services.");
            }

            if (isDone())
            {
                return true;
            }

            if (!scheduler.TryRunNext(until))
            {
                return false;
            }

            atThisMoment = 0;
        }
    }

    private async Task<bool> IsCalledBackAsync(TimeSpan patience)
    {
        _waitsForOthers = true;
        var isCalledBack = await scheduler.WaitForOthersAsync(patience);
        _waitsForOthers = false;
        return isCalledBack;
    }

    private void ThrowIfFailed()
    {
        if (_isHeld)
        {
            throw new TestBotException("ET8003: the test of this bot has ended.");
        }

        if (Failure is { } failure)
        {
            throw failure;
        }
    }
}

/// <summary>What bots that run just now wait for.</summary>
internal enum Waiting
{
    /// <summary>Nothing, or virtual time.</summary>
    ForTime,

    /// <summary>Perhaps for something real, within a limit of virtual time.</summary>
    ForOthersInTime,

    /// <summary>Something real: another thread, another process.</summary>
    ForOthers,
}
