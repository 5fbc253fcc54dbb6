using System.Globalization;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Users;

namespace Everturn.Testing.Simulation;

/// <summary>Judges a history by the invariants: what clients were told, what the channel got, what the store holds in the end.</summary>
/// <remarks>It knows nothing of how the engine works. The order of versions is read off the tokens that the bot appends.</remarks>
/// <param name="history">What happened.</param>
/// <param name="world">What kind of world it happened in.</param>
/// <param name="letters">The dead letters at the end.</param>
/// <param name="user">The record of the one user at the end.</param>
internal sealed class HistoryChecker(History history, SimulatedWorld world, IReadOnlyList<DeadLetter> letters, UserRecord user)
{
    private readonly List<Violation> _violations = [];

    /// <summary>All violations; empty when the history is as it should be.</summary>
    public IReadOnlyList<Violation> Check(IReadOnlyList<ConversationHistory> conversations)
    {
        foreach (var conversation in conversations)
        {
            var arrivals = history.Arrivals.Where(arrival => arrival.Conversation == conversation.Id).ToArray();
            CheckOnce(conversation);
            CheckRevisions(conversation);
            CheckNoEarlyWord(conversation, arrivals);
            CheckOrder(conversation, arrivals);
            _violations.AddRange(new ChangeChecker(history, world, conversation, text => IsHeld(conversation, text)).Check(arrivals));
            CheckQuiet(conversation);
            if (SimulatedFlows.Own(conversation.Id))
            {
                CheckFlows(conversation, arrivals);
                continue;
            }

            CheckNoLostUpdate(conversation, arrivals);
            CheckNoLostReply(conversation, arrivals);
            CheckSteps(conversation);
            CheckTimers(conversation);
            CheckSayings(conversation, arrivals);
        }

        var known = conversations.Select(conversation => conversation.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var conversation in history.Calls.Where(call => call.Outcome is "accepted").Select(call => call.Conversation).Distinct(StringComparer.Ordinal))
        {
            if (!known.Contains(conversation))
            {
                Found("I1", conversation, "activities were accepted and there is no record");
            }
        }

        CheckUser(conversations);
        foreach (var lost in history.Incidents.Where(incident => incident.Kind == "format lost"))
        {
            Found("format", "all", lost.What);
        }

        return _violations;
    }

    private void CheckOnce(ConversationHistory conversation)
    {
        var tokens = conversation.Tokens.ToLookup(token => token, StringComparer.Ordinal);
        foreach (var doubled in tokens.Where(group => group.Count() > 1))
        {
            Found("I1", conversation.Id, $"{doubled.Key} took effect {doubled.Count()} times");
        }

        foreach (var letter in letters.Where(letter => letter.Conversation.Id == conversation.Id && letter.Kind is DeadLetterKind.Inbound))
        {
            // A letter that is put back may stand there until the next attempt to put it back, which finds it done.
            if (tokens.Contains(TokenOf(letter)) && conversation.Last?.Knows(ActivityIdentity.OfReplay(letter.Id)) is not true)
            {
                Found("I1", conversation.Id, $"{TokenOf(letter)} took effect and stands in dead letters");
            }
        }

        var calls = history.Calls.Where(call => call.Conversation == conversation.Id).ToLookup(call => call.Activity, StringComparer.Ordinal);
        foreach (var activity in calls)
        {
            if (!SimulatedBot.IsSaying(activity.Key) && activity.Any(call => call.Outcome is "accepted" or "duplicate") && !tokens.Contains(activity.Key) && !IsDead(conversation, activity.Key))
            {
                Found("I1", conversation.Id, $"{activity.Key} was accepted and is neither in the state nor in dead letters");
            }

            // Only one commit can have been the first, so only one caller can hear so.
            if (activity.Count(call => call.Outcome is "accepted") > 1)
            {
                Found("I1", conversation.Id, $"{activity.Key} was accepted as new more than once");
            }
        }
    }

    private void CheckFlows(ConversationHistory conversation, Arrival[] arrivals)
    {
        var flows = new FlowChecker(history, world, letters, conversation, evidence => Found("flow", conversation.Id, evidence));
        flows.Check();
        foreach (var row in flows.Rows)
        {
            var text = SimulatedBot.TokenOf(row.Activity);
            CheckShown(conversation, $"row {row.Id}", text, [.. arrivals.Where(arrival => arrival.Row == row.Id)]);
        }
    }

    private void CheckRevisions(ConversationHistory conversation)
    {
        foreach (var epoch in conversation.Lives.SelectMany(life => life.Epochs))
        {
            if (epoch.End - epoch.Start != epoch.Tokens.Count)
            {
                Found("I2", conversation.Id, $"revisions {epoch.Start + 1} to {epoch.End} hold {epoch.Tokens.Count} effects");
            }
        }
    }

    private void CheckNoLostUpdate(ConversationHistory conversation, Arrival[] arrivals)
    {
        foreach (var arrival in arrivals.Where(arrival => arrival is { IsEcho: false, Action: RowAction.Send } && !SimulatedBot.IsSaying(arrival.Text)))
        {
            var (token, place) = Parse(arrival.Text);
            var epoch = conversation.At(arrival.At).Of(arrival.Row);
            if (epoch is null || arrival.Row.Revision != epoch.Start + place)
            {
                Found("I2", conversation.Id, $"row {arrival.Row} says it is effect {place}");
            }
            else if (place > epoch.Tokens.Count || epoch.Tokens[place - 1] != token)
            {
                Found("I2", conversation.Id, $"the user was told {arrival.Text}, and that effect is {(place > epoch.Tokens.Count ? "missing" : epoch.Tokens[place - 1])}");
            }
        }
    }

    private void CheckNoEarlyWord(ConversationHistory conversation, Arrival[] arrivals)
    {
        var committed = new Dictionary<(Life Life, RowId Row), TimeSpan>();
        foreach (var write in history.Writes.Where(write => ConversationKey.TryParse(write.Key, out var key) && key.Id == conversation.Id))
        {
            foreach (var row in write.Record!.Outbox)
            {
                committed.TryAdd((conversation.At(write.At), row.Id), write.At);
            }
        }

        foreach (var arrival in arrivals)
        {
            if (!committed.TryGetValue((conversation.At(arrival.At), arrival.Row), out var at) || at > arrival.At)
            {
                Found("I3", conversation.Id, $"row {arrival.Row} left at {arrival.At} and was committed {(at == default ? "never" : $"at {at}")}");
            }
        }
    }

    private void CheckNoLostReply(ConversationHistory conversation, Arrival[] arrivals)
    {
        foreach (var life in conversation.Lives)
        {
            var byRow = arrivals.Where(arrival => !arrival.IsEcho && !SimulatedBot.IsSaying(arrival.Text) && conversation.At(arrival.At) == life).ToLookup(arrival => arrival.Row);
            foreach (var epoch in life.Epochs)
            {
                for (var place = 1; place <= epoch.Tokens.Count; place++)
                {
                    var token = epoch.Tokens[place - 1];
                    for (var reply = 0; reply < SimulatedBot.Replies(token); reply++)
                    {
                        var row = new RowId(epoch.Start + place, reply);
                        CheckShown(conversation, $"row {row} of {token}", $"{token}@{place}", [.. byRow[row]]);
                    }
                }
            }
        }

        if (!world.Echoes)
        {
            return;
        }

        var echoes = arrivals.Where(arrival => arrival.IsEcho).ToLookup(arrival => arrival.Text, StringComparer.Ordinal);
        foreach (var token in conversation.Tokens.Where(SimulatedBot.IsOfUser))
        {
            CheckShown(conversation, $"the echo of {token}", token, [.. echoes[token]]);
        }
    }

    // What was said unasked is committed once for its key, and then shown like any reply.
    private void CheckSayings(ConversationHistory conversation, Arrival[] arrivals)
    {
        var rows = conversation.Lives.SelectMany((life, at) => life.Writes.SelectMany(write => write.Record!.Outbox).Select(row => (Life: at, row.Id, Text: ActivityJson.Read(row.Activity.Span).Text ?? "")))
            .Where(row => SimulatedBot.IsSaying(row.Text)).Distinct().ToLookup(row => row.Text, StringComparer.Ordinal);
        foreach (var doubled in rows.Where(group => group.Count() > 1))
        {
            Found("I1", conversation.Id, $"{doubled.Key} was committed as the rows {string.Join(' ', doubled.Select(row => row.Id))}");
        }

        var calls = history.Calls.Where(call => call.Conversation == conversation.Id).ToLookup(call => call.Activity, StringComparer.Ordinal);
        foreach (var accepted in calls.Where(call => SimulatedBot.IsSaying(call.Key) && call.Any(one => one.Outcome is "accepted" or "duplicate")))
        {
            CheckShown(conversation, accepted.Key, accepted.Key, [.. arrivals.Where(arrival => arrival.Text == accepted.Key)]);
        }

        foreach (var unknown in calls.Where(call => call.All(one => one.Outcome is "unknown") && (rows.Contains(call.Key) || conversation.Tokens.Contains(call.Key, StringComparer.Ordinal))))
        {
            Found("I1", conversation.Id, $"{unknown.Key} was refused, and took effect");
        }
    }

    private void CheckShown(ConversationHistory conversation, string what, string text, Arrival[] sendings)
    {
        var shown = sendings.Count(arrival => arrival.Shown);
        if (shown == 0 && !IsHeld(conversation, text))
        {
            Found("I4", conversation.Id, $"{what} never arrived");
        }
        else if (shown > 1 && (world.TakesOurIds || world.Holds || IsUnexplained(sendings)))
        {
            Found("I4", conversation.Id, $"{what} was shown {shown} times");
        }
    }

    // On a channel that does not take our ids a row may come again after a lost answer, or when its node died, stood
    // still, or could not reach the store before it had confirmed, or when a newer version has closed the record to the
    // node that delivered it. Without any of these it may not.
    private bool IsUnexplained(Arrival[] sendings) =>
        !history.Incidents.Any(incident => incident.Kind is "exclusive upgrade")
        && !sendings[..^1].Any(arrival => arrival.AnswerLost)
        && !history.Incidents.Any(incident => incident.Kind is "kill" or "pause" or "stop" or "outage" or "request lost" or "answer lost" or "late write"
            && incident.At >= sendings[0].At - TimeSpan.FromSeconds(5) && incident.At <= sendings[^1].At);

    private void CheckOrder(ConversationHistory conversation, Arrival[] arrivals)
    {
        // What is held may have been on its way all the same, from a node that stood still, and so may a change of it.
        var held = arrivals.Where(arrival => arrival.ActivityId.Length > 0 && IsHeld(conversation, arrival.Text)).Select(arrival => arrival.ActivityId).ToHashSet(StringComparer.Ordinal);
        foreach (var life in conversation.Lives)
        {
            var first = arrivals.Where(arrival => arrival.Shown && conversation.At(arrival.At) == life && !IsHeld(conversation, arrival.Text) && !held.Contains(arrival.ActivityId))
                .DistinctBy(arrival => arrival.Row).Select(arrival => arrival.Row).ToArray();
            for (var at = 1; at < first.Length; at++)
            {
                if (first[at] < first[at - 1])
                {
                    Found("I5", conversation.Id, $"row {first[at]} came first after row {first[at - 1]}");
                }
            }
        }
    }

    private void CheckSteps(ConversationHistory conversation)
    {
        var calls = history.ExternalCalls.ToLookup(call => call.Activity, StringComparer.Ordinal);
        var results = conversation.Results.Select(result => result.Split('=')).ToLookup(parts => parts[0], parts => int.Parse(parts[1], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        foreach (var token in conversation.Tokens.Where(token => token[0] is 'd' or 'r'))
        {
            if (results[token].Count() != 1 || !calls[token].Any(call => call.Result == results[token].First()))
            {
                Found("step", conversation.Id, $"{token} was committed with the results [{string.Join(' ', results[token])}], and the calls returned [{string.Join(' ', calls[token].Select(call => call.Result))}]");
            }

            if (calls[token].Select(call => call.IdempotencyKey).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                Found("step", conversation.Id, $"the calls of {token} had different idempotency keys");
            }
        }

        // What stood in the journal of a write that lasted is what the turn has used.
        var journaled = conversation.Lives.SelectMany(life => life.Writes).SelectMany(write => write.Record!.Journal)
            .Select(entry => int.Parse(entry.Result.Span, CultureInfo.InvariantCulture)).Distinct();
        foreach (var call in journaled.Select(result => history.ExternalCalls[result - 1]))
        {
            if (!world.ForgetsSoon && results[call.Activity].Any(result => result != call.Result))
            {
                Found("step", conversation.Id, $"{call.Activity} had {call.Result} in the journal and was committed with {results[call.Activity].First()}");
            }
        }
    }

    private void CheckTimers(ConversationHistory conversation)
    {
        var tokens = conversation.Tokens.ToHashSet(StringComparer.Ordinal);
        var cancelled = conversation.Cancelled.ToHashSet(StringComparer.Ordinal);
        foreach (var timer in tokens.Where(token => token.StartsWith("later", StringComparison.Ordinal) && !token.EndsWith(SimulatedBot.FiredBy(""), StringComparison.Ordinal)).Select(SimulatedBot.FiredBy))
        {
            if (tokens.Contains(timer) && cancelled.Contains(timer) && !history.Replayed.Contains((conversation.Id, timer)))
            {
                Found("timer", conversation.Id, $"{timer} was cancelled and had its turn all the same");
            }
            else if (!tokens.Contains(timer) && !cancelled.Contains(timer) && !IsDead(conversation, timer))
            {
                Found("timer", conversation.Id, $"{timer} never had its turn");
            }
        }
    }

    // Each value of a conversation's own is there when its turn lasted, and only then; the one that all count up counts them
    // all where conversation and user are written as one.
    private void CheckUser(IReadOnlyList<ConversationHistory> conversations)
    {
        var committed = conversations.SelectMany(conversation => OfUser(conversation).Select(token => $"{conversation.Id}:{token}")).ToHashSet(StringComparer.Ordinal);
        var kept = user.State.Keys.Where(name => name != SimulatedBot.Count).ToHashSet(StringComparer.Ordinal);
        if (!committed.SetEquals(kept))
        {
            Found("user", "all", $"missing in the user's state: [{string.Join(' ', committed.Except(kept, StringComparer.Ordinal))}]; without a turn: [{string.Join(' ', kept.Except(committed, StringComparer.Ordinal))}]");
        }

        var count = user.State.TryGetValue(SimulatedBot.Count, out var json) ? int.Parse(json.Span, CultureInfo.InvariantCulture) : 0;
        if (world.IsTransactional && count != committed.Count)
        {
            Found("user", "all", $"{committed.Count} turns have counted up to {count}");
        }

        foreach (var conversation in conversations)
        {
            var earlier = new List<string>();
            var seen = conversation.Seen.ToHashSet(StringComparer.Ordinal);
            foreach (var token in OfUser(conversation))
            {
                foreach (var missed in earlier.Where(name => !seen.Contains($"{token} saw {conversation.Id}:{name}")))
                {
                    Found("user", conversation.Id, $"{token} did not see what {missed} had changed before");
                }

                earlier.Add(token);
            }
        }
    }

    private static IEnumerable<string> OfUser(ConversationHistory conversation) =>
        conversation.Tokens.Where(token => token.StartsWith("user", StringComparison.Ordinal));

    private void CheckQuiet(ConversationHistory conversation)
    {
        if (conversation.Last is { } record && (!record.Outbox.IsEmpty || !record.Queue.IsEmpty || !record.Timers.IsEmpty || record.Lease.Owner is not null))
        {
            Found("quiescence", conversation.Id, $"{record.Outbox.Length} rows, {record.Queue.Length} activities and {record.Timers.Length} timers are still owed long after everything was healed");
        }
    }

    private bool IsHeld(ConversationHistory conversation, string text) => letters.Any(letter =>
        letter.Kind is DeadLetterKind.Outbound && letter.Conversation.Id == conversation.Id && SimulatedBot.TokenOf(letter.Activity) == text);

    private bool IsDead(ConversationHistory conversation, string token) =>
        letters.Any(letter => letter.Kind is DeadLetterKind.Inbound && letter.Conversation.Id == conversation.Id && TokenOf(letter) == token);

    private static string TokenOf(DeadLetter letter) => SimulatedBot.TokenOf(letter.Activity);

    private static (string Token, int Place) Parse(string text)
    {
        var at = text.LastIndexOf('@');
        return (text[..at], int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }

    private void Found(string invariant, string conversation, string evidence) => _violations.Add(new(invariant, conversation, evidence));
}
