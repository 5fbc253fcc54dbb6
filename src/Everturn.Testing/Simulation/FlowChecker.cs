using System.Globalization;
using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>Judges a conversation of flows: that each question came once, with the right answers behind it, and each call of a step once.</summary>
/// <param name="history">What happened.</param>
/// <param name="world">What kind of world it happened in.</param>
/// <param name="letters">The dead letters at the end.</param>
/// <param name="conversation">The conversation.</param>
/// <param name="found">Told of each violation.</param>
internal sealed class FlowChecker(History history, SimulatedWorld world, IReadOnlyList<DeadLetter> letters, ConversationHistory conversation, Action<string> found)
{
    private readonly FlowHistory _flows = FlowHistory.Of(conversation);

    // By idempotency key: the result that a turn has used.
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    // The turns and steps in which a flow has gone on with the failure of a call.
    private readonly HashSet<(string Activity, string Step)> _failed = [];

    /// <summary>What should have been shown.</summary>
    public IReadOnlyList<OutboxRow> Rows => _flows.Rows;

    public void Check()
    {
        foreach (var call in history.Calls.Where(call => call.Conversation == conversation.Id && call.Outcome == "failed"))
        {
            found($"{call.Activity} failed: {call.Detail}");
        }

        CheckWords();
        foreach (var calls in Calls().GroupBy(call => call.Key, StringComparer.Ordinal))
        {
            CheckCalls([.. calls]);
        }
    }

    private void CheckWords()
    {
        var script = new FlowScript();
        foreach (var turn in _flows.Turns)
        {
            if (script.Next(turn.Token) is not { } line)
            {
                // Out of dead letters it comes late, and is ignored.
                if (turn.Said.Count == 0 && history.Replayed.Contains((conversation.Id, turn.Token)))
                {
                    continue;
                }

                found($"the timer {turn.Token} had a turn although its question was not open any more");
            }
            else if (turn.Said is not [var text] || text.Split(' ') is not [var head, .. var results] || head != line.Head || results.Length < line.Least || results.Length > line.Most)
            {
                found($"{turn.Token} was answered [{string.Join(" | ", turn.Said)}] instead of {line.Head}");
            }
            else
            {
                Array.ForEach(results, result => Take(turn, line.Step!, result));
            }
        }

        if (script.Open is { } open && !IsGivenUp())
        {
            found($"the flow {open} never ended");
        }
    }

    private void Take(FlowTurn turn, string step, string result)
    {
        if (result == SimulatedFlows.Refused)
        {
            _failed.Add((turn.Token, step));
        }

        var call = Calls().FirstOrDefault(call => call.Activity == turn.Token && call.Step == step
            && (result == SimulatedFlows.Refused ? call.IsRefused : !call.IsRefused && call.Result.ToString(CultureInfo.InvariantCulture) == result));
        if (call is null)
        {
            found($"{turn.Token} went on with the result {result} of '{step}', which no call of it has returned");
        }
        else if (!call.IsRefused && !_taken.TryAdd(call.Key, call.Result))
        {
            found($"{turn.Token} went on with both {_taken[call.Key]} and {call.Result} of '{step}'");
        }
    }

    // A call may be made again until its result is in the journal, and not by a run that came to the step after that. What a flow
    // has gone on with must be there, and last.
    private void CheckCalls(FlowCall[] calls)
    {
        var what = $"'{calls[0].Step}' of {calls[0].Activity}";
        if (calls.Any(call => (call.Activity, call.Step) != (calls[0].Activity, calls[0].Step)))
        {
            found($"{what} shares its key with {string.Join(", ", calls.Select(call => $"'{call.Step}' of {call.Activity}").Distinct(StringComparer.Ordinal))}");
        }

        var results = calls.Where(call => !call.IsRefused).Select(call => call.Result).ToArray();
        var journaled = results.Where(_flows.Journaled.ContainsKey).ToArray();
        if (!world.ForgetsSoon)
        {
            foreach (var (early, since) in results.SelectMany(Known))
            {
                foreach (var late in calls.Where(call => call.Came > since))
                {
                    found($"{what} was called again at {late.At}, {late.Came - since} after its result {early} was in the journal, or used");
                }
            }

            var isTaken = _taken.TryGetValue(calls[0].Key, out var taken);
            if (journaled.Length > 1 || (isTaken && journaled is not [] && journaled[0] != taken))
            {
                found($"{what} had [{string.Join(' ', journaled)}] in the journal, and the flow went on with {taken}");
            }
        }

        if (results.Length > 0 && !_taken.ContainsKey(calls[0].Key) && !_failed.Contains((calls[0].Activity, calls[0].Step))
            && !IsGivenUp(calls[0].Activity) && !calls.All(call => call.IsRefused || IsOvertaken(call)))
        {
            found($"{what} was called, and no flow has used the result");
        }
    }

    private IEnumerable<(int Result, TimeSpan Since)> Known(int result)
    {
        if (_flows.Journaled.TryGetValue(result, out var journaled))
        {
            yield return (result, journaled);
        }

        if (history.FlowResults.TryGetValue(result, out var used))
        {
            yield return (result, used);
        }
    }

    /// <summary>
    /// Whether another turn became the revision that this one was to become while it ran. Where turns have callers, two of them may run at once,
    /// and the second to be committed runs again and may do something else.
    /// </summary>
    private bool IsOvertaken(FlowCall call) =>
        !world.IsQueued && _flows.Turns.Any(turn => turn.Revision == call.Revision && turn.Token != call.Activity && turn.At > call.Came);

    private bool IsGivenUp(string activity) =>
        history.Replayed.Contains((conversation.Id, activity)) || Letters().Contains(activity, StringComparer.Ordinal);

    // What stands in dead letters and has had no turn is missing in its flow.
    private bool IsGivenUp() => Letters().Except(conversation.Tokens, StringComparer.Ordinal).Any();

    private IEnumerable<string> Letters() => letters
        .Where(letter => letter.Kind is DeadLetterKind.Inbound && letter.Conversation.Id == conversation.Id)
        .Select(letter => SimulatedBot.TokenOf(letter.Activity));

    private IEnumerable<FlowCall> Calls() => history.FlowCalls.Where(call => call.Conversation == conversation.Id);
}
