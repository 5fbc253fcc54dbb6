using System.Collections.Immutable;
using Everturn.Conversations;

namespace Everturn.Delivery;

/// <summary>Finds what a channel that does not take our ids calls the activities which rows change.</summary>
/// <param name="record">The record as this node last wrote it.</param>
/// <param name="delivered">What this node has delivered since; looked at before the record, so that nothing falls between them.</param>
internal sealed class ChangeTargets(ConversationRecord record, ImmutableArray<DeliveredRow> delivered)
{
    /// <summary>The rows that can be handed over at once, in order, with the channel's ids; empty when the first one has no target.</summary>
    /// <remarks>A row that changes what another of them sends must wait until that one has its id.</remarks>
    /// <param name="rows">Rows that are owed, from the oldest.</param>
    /// <param name="unconfirmed">Told of rows whose target only this node knows yet.</param>
    public OutboxRow[] Reachable(IEnumerable<OutboxRow> rows, Action<RowId> unconfirmed)
    {
        var reachable = new List<OutboxRow>();
        foreach (var row in rows)
        {
            if (row.Action is RowAction.Send || row.TargetId is not null)
            {
                reachable.Add(row);
            }
            else if (record.IdOf(row.TargetRow!.Value) is { } confirmed)
            {
                // What the record says comes first: all changes go to the same activity, should one have been sent twice.
                reachable.Add(row with { TargetId = confirmed });
            }
            else if (delivered.FirstOrDefault(one => one.Id == row.TargetRow).ActivityId is { } id)
            {
                unconfirmed(row.Id);
                reachable.Add(row with { TargetId = id });
            }
            else
            {
                break;
            }
        }

        return [.. reachable];
    }
}
