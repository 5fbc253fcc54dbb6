using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Testing.Bots;

/// <summary>Runs every turn twice, and fails the test when the runs differ, or when one calls out by the way.</summary>
internal sealed class RerunCheck(Func<ExternalCall, bool>? allows, Action<TestBotException> fail)
{
    /// <summary>A run calls out.</summary>
    /// <param name="call">Whom and what.</param>
    /// <param name="run">The run.</param>
    public void CalledOut(ExternalCall call, RunUnderWay run)
    {
        if (allows?.Invoke(call) is not true)
        {
            fail(new(
                $"ET8010: {run} calls {call} outside of a step. When it runs again, after a conflict or a crash, it calls again. Make the call in turn.OnceAsync, or in a flow's OnceAsync; if it does no harm when it is repeated and always answers alike, let MustBeRerunnable allow it."));
        }
    }

    /// <summary>Both runs have ended.</summary>
    public void Ended(RunUnderWay run, TwoRuns runs, BotRun first, BotRun second, UserStates firstUsers, UserStates secondUsers)
    {
        // What follows from other steps is other as well.
        var differences = RerunDifference.Between(runs).ToArray() is { Length: > 0 } steps
            ? steps
            : RerunDifference.Between(first, second, firstUsers, secondUsers).ToArray();
        if (differences.Length > 0)
        {
            fail(new(
                $"ET8009: {run} does something else when it runs again from the same state:\n  {string.Join("\n  ", differences)}\nTake what differs from the activity, from the state, or from a step (turn.OnceAsync)."));
        }
    }
}
