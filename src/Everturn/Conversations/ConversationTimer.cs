using Everturn.Delivery;

namespace Everturn.Conversations;

/// <summary>An activity that begins a turn when its time comes.</summary>
/// <param name="Id">Fixed when it was scheduled: the scheduling turn's revision, and its place among that turn's timers.</param>
/// <param name="Due">When, by the nodes' wall clocks.</param>
/// <param name="Activity">The activity as UTF-8 JSON.</param>
internal sealed record ConversationTimer(RowId Id, DateTimeOffset Due, ReadOnlyMemory<byte> Activity)
{
    /// <summary>The user of the turn that scheduled it; null when nobody vouched for one.</summary>
    public string? User { get; init; }

    /// <summary>The identity of its turn: however often it fires, the turn happens once.</summary>
    public ActivityIdentity Identity => ActivityIdentity.OfTimer(Id);
}
