using System.Globalization;
using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>Judges a history by the invariants: what clients were told, what the channel got, what the store holds in the end.</summary>
/// <remarks>It knows nothing of how the engine works. The order of versions is read off the tokens that the bot appends.</remarks>
internal sealed class HistoryChecker(History history, bool channelTakesOurIds)
{
    private readonly List<Violation> _violations = [];

    /// <summary>All violations; empty when the history is as it should be.</summary>
    /// <param name="conversations">The record of each conversation at the end, by id.</param>
    public IReadOnlyList<Violation> Check(IReadOnlyDictionary<string, ConversationRecord> conversations)
    {
        foreach (var (conversation, record) in conversations)
        {
            var tokens = Tokens(record);
            var arrivals = history.Arrivals.Where(arrival => arrival.Conversation == conversation).ToArray();
            CheckOnce(conversation, tokens);
            CheckNoLostUpdate(conversation, record, tokens, arrivals);
            CheckNoEarlyWord(conversation, arrivals);
            CheckNoLostReply(conversation, tokens, arrivals);
            CheckOrder(conversation, arrivals);
            CheckQuiet(conversation, record);
        }

        foreach (var conversation in history.Calls.Where(call => call.Outcome is "accepted").Select(call => call.Conversation).Distinct(StringComparer.Ordinal))
        {
            if (!conversations.ContainsKey(conversation))
            {
                Found("I1", conversation, "activities were accepted and there is no record");
            }
        }

        foreach (var lost in history.Incidents.Where(incident => incident.Kind == "format lost"))
        {
            Found("format", "all", lost.What);
        }

        return _violations;
    }

    private void CheckOnce(string conversation, List<string> tokens)
    {
        foreach (var doubled in tokens.GroupBy(token => token, StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            Found("I1", conversation, $"{doubled.Key} took effect {doubled.Count()} times");
        }

        var calls = history.Calls.Where(call => call.Conversation == conversation).ToLookup(call => call.Activity, StringComparer.Ordinal);
        foreach (var activity in calls)
        {
            if (activity.Any(call => call.Outcome is "accepted" or "duplicate") && !tokens.Contains(activity.Key))
            {
                Found("I1", conversation, $"{activity.Key} was accepted and is not in the state");
            }

            // Only one run can have been committed, so only one caller can hear of it first.
            if (activity.Count(call => call.Outcome is "accepted") > 1)
            {
                Found("I1", conversation, $"{activity.Key} was accepted as new more than once");
            }
        }
    }

    private void CheckNoLostUpdate(string conversation, ConversationRecord record, List<string> tokens, Arrival[] arrivals)
    {
        if (record.Revision != tokens.Count)
        {
            Found("I2", conversation, $"revision {record.Revision} holds {tokens.Count} effects");
        }

        foreach (var arrival in arrivals)
        {
            var (token, place) = Parse(arrival.Text);
            if (arrival.Row.Revision != place)
            {
                Found("I2", conversation, $"row {arrival.Row} says it is effect {place}");
            }

            if (place > tokens.Count || tokens[place - 1] != token)
            {
                Found("I2", conversation, $"the user was told {arrival.Text}, and that effect is {(place > tokens.Count ? "missing" : tokens[place - 1])}");
            }
        }
    }

    private void CheckNoEarlyWord(string conversation, Arrival[] arrivals)
    {
        var committed = new Dictionary<RowId, TimeSpan>();
        foreach (var write in history.Writes)
        {
            if (ConversationKey.TryParse(write.Key, out var key) && key.Id == conversation)
            {
                foreach (var row in NewerFormat.Parse(write.Content).Outbox)
                {
                    committed.TryAdd(row.Id, write.At);
                }
            }
        }

        foreach (var arrival in arrivals)
        {
            if (!committed.TryGetValue(arrival.Row, out var at) || at > arrival.At)
            {
                Found("I3", conversation, $"row {arrival.Row} left at {arrival.At} and was committed {(at == default ? "never" : $"at {at}")}");
            }
        }
    }

    private void CheckNoLostReply(string conversation, List<string> tokens, Arrival[] arrivals)
    {
        var byRow = arrivals.ToLookup(arrival => arrival.Row);
        for (var place = 1; place <= tokens.Count; place++)
        {
            for (var reply = 0; reply < SimulatedBot.Replies(tokens[place - 1]); reply++)
            {
                var row = new RowId(place, reply);
                var shown = byRow[row].Count(arrival => arrival.Shown);
                if (shown == 0)
                {
                    Found("I4", conversation, $"row {row} of {tokens[place - 1]} never arrived");
                }
                else if (shown > 1 && (channelTakesOurIds || IsUnexplained([.. byRow[row]])))
                {
                    Found("I4", conversation, $"row {row} of {tokens[place - 1]} was shown {shown} times");
                }
            }
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

    private void CheckOrder(string conversation, Arrival[] arrivals)
    {
        var first = arrivals.Where(arrival => arrival.Shown).DistinctBy(arrival => arrival.Row).Select(arrival => arrival.Row).ToArray();
        for (var at = 1; at < first.Length; at++)
        {
            if (first[at] < first[at - 1])
            {
                Found("I5", conversation, $"row {first[at]} came first after row {first[at - 1]}");
            }
        }
    }

    private void CheckQuiet(string conversation, ConversationRecord record)
    {
        if (!record.Outbox.IsEmpty || record.Due is not null)
        {
            Found("quiescence", conversation, $"{record.Outbox.Length} rows are still owed long after everything was healed");
        }
    }

    private static List<string> Tokens(ConversationRecord record) =>
        record.State.TryGetValue(SimulatedBot.Tokens, out var json) ? JsonSerializer.Deserialize<List<string>>(json.Span) ?? [] : [];

    private static (string Token, int Place) Parse(string text)
    {
        var at = text.LastIndexOf('@');
        return (text[..at], int.Parse(text.AsSpan(at + 1), CultureInfo.InvariantCulture));
    }

    private void Found(string invariant, string conversation, string evidence) => _violations.Add(new(invariant, conversation, evidence));
}
