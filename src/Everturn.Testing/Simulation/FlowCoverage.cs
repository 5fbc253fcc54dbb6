namespace Everturn.Testing.Simulation;

/// <summary>Counts what flows have been through.</summary>
/// <param name="history">Where it is counted.</param>
/// <param name="conversation">The conversation.</param>
internal sealed class FlowCoverage(History history, ConversationHistory conversation)
{
    /// <summary>The transitions that are counted here.</summary>
    public static IReadOnlyList<string> Transitions { get; } = [Ended, GoneOn, TimedOut, TimedOutElsewhere, DiedAtQuestion, DiedInCall, DiedAfterCall, CalledAgain, CalledAtOnce, Overtaken];

    private const string Ended = "flow ended";
    private const string GoneOn = "flow gone on by another node";
    private const string TimedOut = "flow's question timed out";
    private const string TimedOutElsewhere = "flow's question timed out on another node";
    private const string DiedAtQuestion = "flow's node died at a question";
    private const string DiedInCall = "flow's node died in a call, before its result was in the journal";
    private const string DiedAfterCall = "flow's node died after a call, with its result in the journal";
    private const string CalledAgain = "flow's call made again after a crash, with the same key";
    private const string CalledAtOnce = "flow's call made by two runs at once, with the same key";
    private const string Overtaken = "flow's call made by a run that another turn overtook";

    private readonly FlowHistory _flows = FlowHistory.Of(conversation);

    public void Count()
    {
        for (var at = 0; at < _flows.Turns.Count; at++)
        {
            CountTurn(_flows.Turns[at], at == 0 ? null : _flows.Turns[at - 1]);
        }

        foreach (var calls in history.FlowCalls.Where(call => call.Conversation == conversation.Id).GroupBy(call => call.Key, StringComparer.Ordinal))
        {
            CountCalls([.. calls], _flows.Turns.FirstOrDefault(turn => turn.Token == calls.First().Activity));
        }
    }

    private void CountTurn(FlowTurn turn, FlowTurn? before)
    {
        if (turn.Said is [var said] && said.Contains("/end:", StringComparison.Ordinal))
        {
            history.Count(Ended);
        }

        var isTimeout = turn.Said.Count > 0 && turn.Token.EndsWith($"/{SimulatedFlows.Timed}", StringComparison.Ordinal);
        if (isTimeout)
        {
            history.Count(TimedOut);
        }

        if (before is null)
        {
            return;
        }

        if (before.Node != turn.Node)
        {
            history.Count(isTimeout ? TimedOutElsewhere : GoneOn);
        }

        if (history.Incidents.Any(incident => incident.Kind == "kill" && incident.What == before.Node && incident.At > before.At && incident.At < turn.At))
        {
            history.Count(DiedAtQuestion);
        }
    }

    private void CountCalls(FlowCall[] calls, FlowTurn? turn)
    {
        var journaled = calls.Where(call => _flows.Journaled.ContainsKey(call.Result)).Select(call => _flows.Journaled[call.Result]).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        foreach (var call in calls)
        {
            if (call.Caller.DiedAt is { } died && died >= call.At && died < (turn?.At ?? TimeSpan.MaxValue))
            {
                history.Count(died < journaled ? DiedInCall : DiedAfterCall);
            }
        }

        foreach (var (first, second) in calls.Zip(calls.Skip(1)))
        {
            if (first.Caller.DiedAt <= second.Came)
            {
                history.Count(CalledAgain);
            }
            else if (first.Caller != second.Caller)
            {
                history.Count(CalledAtOnce);
            }
        }

        if (turn is not null && calls.Any(call => call.Revision != turn.Revision))
        {
            history.Count(Overtaken);
        }
    }
}
