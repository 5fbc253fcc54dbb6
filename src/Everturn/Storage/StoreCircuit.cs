using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Storage;

/// <summary>Keeps a node from hammering a store that does not answer: after several failures in a row it is left alone for a while.</summary>
/// <remarks>
/// While the circuit is open every call fails at once, without reaching the store. When the pause is over one call is let
/// through: its success closes the circuit, its failure doubles the pause.
/// </remarks>
internal sealed class StoreCircuit(NodeContext node)
{
    private const int FailuresToOpen = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    // A store that has not answered by then has failed, whoever stops waiting.
    private static readonly TimeSpan FairWait = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private int _failures;
    private long _openedAt;
    private TimeSpan _pause;

    /// <summary>Calls the store, unless it is left alone just now.</summary>
    /// <param name="call">The call.</param>
    /// <param name="caller">The caller's own token: when he stops waiting early, that says nothing of the store.</param>
    /// <exception cref="StoreCircuitOpenException">It is.</exception>
    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken caller = default)
    {
        Enter();
        var begun = node.Time.GetTimestamp();
        try
        {
            var answer = await call();
            Succeeded();
            return answer;
        }
        catch (UnreadableRecordException)
        {
            // The store did answer.
            Succeeded();
            throw;
        }
        catch (OperationCanceledException) when (caller.IsCancellationRequested && node.Time.GetElapsedTime(begun) < FairWait)
        {
            throw;
        }
        catch
        {
            Failed();
            throw;
        }
    }

    private void Enter()
    {
        lock (_lock)
        {
            if (_failures < FailuresToOpen)
            {
                return;
            }

            var left = _pause - node.Time.GetElapsedTime(_openedAt);
            if (left > TimeSpan.Zero)
            {
                throw new StoreCircuitOpenException(
                    $"ET1018: the store failed {_failures} times in a row and is left alone for {left.TotalMilliseconds:0} ms. Look at the failures logged before.");
            }

            // This call is the trial; the others wait for another pause.
            _openedAt = node.Time.GetTimestamp();
        }
    }

    private void Succeeded()
    {
        lock (_lock)
        {
            if (_failures >= FailuresToOpen)
            {
                node.Log.StoreIsBack();
            }

            _failures = 0;
        }
    }

    private void Failed()
    {
        lock (_lock)
        {
            if (++_failures >= FailuresToOpen)
            {
                _pause = node.Jittered(NodeContext.Backoff(FirstPause, LongestPause, _failures - FailuresToOpen));
                _openedAt = node.Time.GetTimestamp();
                node.Log.StoreLeftAlone(_failures, _pause);
            }
        }
    }
}

/// <summary>A call that did not reach the store, because the store is left alone just now.</summary>
internal sealed class StoreCircuitOpenException(string message) : Exception(message);
