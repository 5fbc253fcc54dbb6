using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>What happened in a run, as its surroundings saw it: clients, the channel, the store. The engine writes nothing here.</summary>
internal sealed class History
{
    public List<Call> Calls { get; } = [];

    public List<Arrival> Arrivals { get; } = [];

    public List<Write> Writes { get; } = [];

    /// <summary>External calls that bots have made.</summary>
    public List<ExternalCall> ExternalCalls { get; } = [];

    /// <summary>Calls of flows to the service outside. The result of each is its number.</summary>
    public List<FlowCall> FlowCalls { get; } = [];

    /// <summary>The results with which flows have gone on, and when they first did.</summary>
    public Dictionary<int, TimeSpan> FlowResults { get; } = [];

    /// <summary>Activities, by conversation and token, that a person has put back from dead letters.</summary>
    public HashSet<(string Conversation, string Token)> Replayed { get; } = [];

    /// <summary>Faults and other turning points, for a reader and for the coverage table.</summary>
    public List<Incident> Incidents { get; } = [];

    /// <summary>How often each named transition happened.</summary>
    public Dictionary<string, long> Transitions { get; } = new(StringComparer.Ordinal);

    public void Count(string transition) =>
        Transitions[transition] = Transitions.GetValueOrDefault(transition) + 1;

    public void Note(TimeSpan at, string kind, string what) => Incidents.Add(new(at, kind, what));
}

/// <summary>One attempt of a client to hand over an activity.</summary>
/// <param name="Outcome">accepted, duplicate, failed, unavailable, refused or unanswered.</param>
/// <param name="Detail">What the node said of it, for a reader.</param>
internal sealed record Call(TimeSpan Begun, TimeSpan Ended, string Conversation, string Activity, int Attempt, string Node, string Outcome, string Detail = "");

/// <summary>An activity that reached the channel.</summary>
/// <param name="Shown">Whether users see it: not when the channel knew its id.</param>
internal sealed record Arrival(TimeSpan At, string Conversation, RowId Row, bool IsEcho, string Text, string Node, bool Shown, bool AnswerLost)
{
    /// <summary>What it does.</summary>
    public RowAction Action { get; init; }

    /// <summary>What the channel calls the activity that it sends or changes.</summary>
    public string ActivityId { get; init; } = "";
}

/// <summary>A write that took effect in the store.</summary>
/// <param name="Before">The write whose document it replaced; null when there was none.</param>
internal sealed record Write(TimeSpan At, string Key, string Node, ReadOnlyMemory<byte> Content, Write? Before)
{
    private readonly Lazy<ConversationRecord?> _record = new(() =>
        ConversationKey.TryParse(Key, out _) ? NewerFormat.Parse(Content) : null);

    /// <summary>When it was deleted; null while it was not.</summary>
    public TimeSpan? DeletedAt { get; set; }

    /// <summary>The conversation record written; null when the document is another.</summary>
    public ConversationRecord? Record => _record.Value;
}

/// <summary>A call of a bot to the world outside.</summary>
internal sealed record ExternalCall(TimeSpan At, string Activity, string IdempotencyKey, int Result);

/// <summary>A fault or a turning point.</summary>
internal sealed record Incident(TimeSpan At, string Kind, string What);
