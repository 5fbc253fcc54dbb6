using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>The service outside that flows call. It heeds no key: each call that reaches it is another one, and is noted.</summary>
internal sealed class SimulatedService(Scheduler scheduler, Process world, History history, Sabotage sabotage)
{
    private const int RefusesOneIn = 20;
    private const int KillsOneIn = 20;

    private static readonly TimeSpan LongestWay = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether callers may die while they wait for an answer, or as they get it.</summary>
    public bool IsDeadly { get; set; }

    /// <summary>Takes a call.</summary>
    /// <param name="call">Who calls.</param>
    /// <param name="key">The idempotency key.</param>
    /// <param name="die">Ends the caller's process.</param>
    /// <param name="cancellationToken">The caller hangs up; the service does not hear of it.</param>
    /// <exception cref="IOException">Refused.</exception>
    public Task<int> CallAsync(FlowCall call, string key, Action die, CancellationToken cancellationToken)
    {
        // Not with asynchronous continuations: WaitAsync has one of its own, which would run on a thread of the pool.
        var answer = new TaskCompletionSource<int>();
        scheduler.After(scheduler.UpTo(LongestWay), world, () =>
        {
            var number = history.FlowCalls.Count + 1;
            var isRefused = scheduler.Random.Next(RefusesOneIn) == 0;
            history.FlowCalls.Add(call with
            {
                Key = sabotage is Sabotage.EngineChangesKeys ? $"{key}-{number}" : key,
                At = scheduler.Now,
                Result = number,
                IsRefused = isRefused,
            });
            if (Kills())
            {
                die();
            }

            scheduler.After(scheduler.UpTo(LongestWay), world, () => _ = isRefused
                ? answer.TrySetException(new IOException("simulated: the service refuses"))
                : answer.TrySetResult(number));
        });
        return answer.Task.WaitAsync(cancellationToken);
    }

    /// <summary>A flow goes on with a result.</summary>
    public void Used(int result) => history.FlowResults.TryAdd(result, scheduler.Now);

    /// <summary>Whether somebody dies just now.</summary>
    public bool Kills() => IsDeadly && scheduler.Random.Next(KillsOneIn) == 0;
}
