using System.Globalization;
using System.Text;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>What came of one simulated run.</summary>
public sealed class SimulationReport
{
    private readonly History _history;

    internal SimulationReport(int seed, long turns, IReadOnlyList<Violation> violations, History history)
    {
        Seed = seed;
        Turns = turns;
        Violations = violations;
        _history = history;
    }

    /// <summary>The seed that makes the same run again.</summary>
    public int Seed { get; }

    /// <summary>Turns committed.</summary>
    public long Turns { get; }

    /// <summary>What broke; empty when the run was as it should be.</summary>
    public IReadOnlyList<Violation> Violations { get; }

    /// <summary>How often each named transition happened in this run.</summary>
    public IReadOnlyDictionary<string, long> Transitions => _history.Transitions;

    /// <summary>A readable account of the run, in the order of virtual time.</summary>
    public string Trace()
    {
        var lines = _history.Calls.Select(call => (call.Ended, $"{call.Node} {call.Activity} in {call.Conversation}, attempt {call.Attempt} from {call.Begun:c}: {call.Outcome} {call.Detail}"))
            .Concat(_history.Arrivals.Select(arrival => (arrival.At, $"{arrival.Node} delivered {arrival.Row} in {arrival.Conversation}{Aim(arrival)}: {arrival.Text}{(arrival.Shown ? "" : " (known)")}{(arrival.AnswerLost ? " (answer lost)" : "")}")))
            .Concat(_history.Incidents.Select(incident => (incident.At, $"{incident.Kind}: {incident.What}")))
            .Concat(_history.Writes.Select(write => (write.At, $"{write.Node} wrote {Summary(write)}")))
            .OrderBy(line => line.Item1);
        var text = new StringBuilder();
        foreach (var (at, line) in lines)
        {
            text.Append(CultureInfo.InvariantCulture, $"{at:c} {line}").AppendLine();
        }

        foreach (var violation in Violations)
        {
            text.AppendLine(violation.ToString());
        }

        return text.ToString();
    }

    private static string Aim(Arrival arrival) => arrival.Action is RowAction.Send ? $" as {arrival.ActivityId}" : $" to {arrival.Action} {arrival.ActivityId}";

    private static string Summary(Write write)
    {
        if (write.Record is not { } record)
        {
            return write.Key.Contains("/" + DeadLetter.StoreKind + "/", StringComparison.Ordinal) ? Summary(DeadLetterFormat.Read(write.Key, write.Content)) : write.Key;
        }

        _ = ConversationKey.TryParse(write.Key, out var key);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{key.Id} revision {record.Revision}, lease {record.Lease.Owner} term {record.Lease.Term} beat {record.Lease.Beat}, outbox [{string.Join(' ', record.Outbox.Select(row => row.Id))}], "
            + $"queue [{string.Join(' ', record.Queue.Select(queued => $"{SimulatedBot.TokenOf(queued.Activity)}x{queued.Attempts}"))}], "
            + $"timers [{string.Join(' ', record.Timers.Select(timer => timer.Id))}]{(record.EndedUntil is null ? "" : ", ended")}");
    }

    private static string Summary(DeadLetter letter) => $"dead letter {SimulatedBot.TokenOf(letter.Activity)} in {letter.Conversation.Id}: {letter.Reason}";
}
