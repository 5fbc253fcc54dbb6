using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Everturn.Conversations;

namespace Everturn.Delivery;

/// <summary>Finds what a channel that does not take our ids calls the activities which rows change.</summary>
/// <param name="record">The record as this node last wrote it.</param>
/// <param name="delivered">What this node has delivered since; looked at before the record, so that nothing falls between them.</param>
internal sealed class ChangeTargets(ConversationRecord record, ImmutableArray<DeliveredRow> delivered)
{
    /// <summary>The rows that can be handed over at once, in order, with the channel's ids; empty when the first one has no target.</summary>
    /// <remarks>A row that changes what another of them sends must wait until that one has its id.</remarks>
    public OutboxRow[] Reachable(IEnumerable<OutboxRow> rows)
    {
        var reachable = new List<OutboxRow>();
        foreach (var row in rows)
        {
            if (!TryFind(row, out var found))
            {
                break;
            }

            reachable.Add(found);
        }

        return [.. reachable];
    }

    private bool TryFind(OutboxRow row, [NotNullWhen(true)] out OutboxRow? found)
    {
        found = row.Action is RowAction.Send || row.TargetId is not null ? row
            : row.TargetRow is { } target && IdOf(target) is { } id ? row with { TargetId = id }
            : null;
        return found is not null;
    }

    // What the record says comes first: all changes go to the same one, should a row have been sent twice.
    private string? IdOf(RowId row) => record.IdOf(row) ?? delivered.FirstOrDefault(one => one.Id == row).ActivityId;
}
