using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>Stands between an engine and its channel and makes the engine behave as if it were broken.</summary>
internal sealed class SabotagedChannel : IChannel
{
    private readonly Sabotage _sabotage;
    private readonly IChannel _inner;
    private readonly Scheduler _scheduler;
    private (RowId? Row, string? Id)? _target;

    private SabotagedChannel(Sabotage sabotage, IChannel inner, Scheduler scheduler)
    {
        _sabotage = sabotage;
        _inner = inner;
        _scheduler = scheduler;
    }

    public static IChannel Wrap(Sabotage sabotage, IChannel inner, Scheduler scheduler) =>
        sabotage is Sabotage.EngineConfirmsBeforeSending or Sabotage.EngineDeliversOutOfOrder or Sabotage.EngineChangesAnother
            ? new SabotagedChannel(sabotage, inner, scheduler)
            : inner;

    public bool TakesOurIds => _inner.TakesOurIds;

    public bool Serves(string channelId, string serviceUrl) => _inner.Serves(channelId, serviceUrl);

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        if (_sabotage is Sabotage.EngineConfirmsBeforeSending)
        {
            _ = _inner.DeliverAsync(conversation, rows, cancellationToken).AsTask();
            return [.. rows.Select(_ => new DeliveryOutcome.Delivered(null))];
        }

        if (_sabotage is Sabotage.EngineChangesAnother)
        {
            return await _inner.DeliverAsync(conversation, [.. rows.Select(Mistaken)], cancellationToken);
        }

        var reversed = await _inner.DeliverAsync(conversation, [.. rows.Reverse()], cancellationToken);
        return reversed.Count == rows.Count && reversed.All(outcome => outcome is DeliveryOutcome.Delivered)
            ? reversed
            : [new DeliveryOutcome.Retry(_scheduler.UpTo(TimeSpan.FromMilliseconds(50)), "simulated")];
    }

    // Every change goes to where the one before it was to go.
    private OutboxRow Mistaken(OutboxRow row)
    {
        if (row.Action is RowAction.Send)
        {
            return row;
        }

        var (targetRow, targetId) = _target ?? (row.TargetRow, row.TargetId);
        _target = (row.TargetRow, row.TargetId);
        return row with { TargetRow = targetRow, TargetId = targetId };
    }

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) =>
        _inner.SendEphemeralAsync(conversation, activity, cancellationToken);

    public ValueTask ForgetAsync(ConversationKey conversation, CancellationToken cancellationToken) =>
        _inner.ForgetAsync(conversation, cancellationToken);
}
