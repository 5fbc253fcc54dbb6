using System.Collections.Immutable;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Turns;

/// <summary>The activities of a conversation that the turns of one commit can name, those of the turns before them included.</summary>
/// <param name="record">The record that the first of the turns runs on.</param>
internal sealed class EarlierActivities(ConversationRecord record)
{
    private readonly HashSet<RowId> _owed = [.. Sending(record.Outbox)];
    private string? _tag;

    private string Tag => _tag ??= record.Tag;

    /// <summary>The id that a bot gets for what it sends.</summary>
    /// <param name="row">Its row, or its place among the replies of an answer.</param>
    /// <param name="kind">What it names.</param>
    public string NewId(RowId row, ProvisionalKind kind) => new ProvisionalId(Tag, row, kind).ToString();

    /// <summary>Finds what the id of a timer names.</summary>
    /// <param name="id">What scheduling it returned.</param>
    /// <param name="next">The next timer that the turn would schedule: those from there on are not there.</param>
    /// <exception cref="ArgumentException">It is no timer of this conversation.</exception>
    public RowId FindTimer(string? id, RowId next) =>
        id is not null && ProvisionalId.TryParse(id, out var provisional) && provisional.Kind is ProvisionalKind.Timer && provisional.Tag == Tag && provisional.Row < next
            ? provisional.Row
            : throw new ArgumentException(
                $"ET1064: '{id}' is the id of no timer of this conversation. Keep what ScheduleAsync returned in the conversation's state.", nameof(id));

    /// <summary>Keeps what a turn sends, for the turns behind it.</summary>
    public void Keep(ImmutableArray<OutboxRow> rows) => _owed.UnionWith(Sending(rows));

    /// <summary>The place of a reply in the answer that the turn itself gives; null when the id names another activity.</summary>
    public int? PlaceInAnswer(string id, RowId first) =>
        ProvisionalId.TryParse(id, out var provisional) && provisional.Kind is ProvisionalKind.Answer && provisional.Tag == Tag
            && provisional.Row.Revision == first.Revision && provisional.Row.Index >= first.Index
            ? provisional.Row.Index - first.Index
            : null;

    /// <summary>Finds what an id names.</summary>
    /// <param name="id">A channel's own, or what sending returned.</param>
    /// <param name="first">The turn's first row.</param>
    /// <param name="isSentHere">Whether the turn itself has sent a row so far.</param>
    /// <param name="takesOurIds">Whether the channel knows rows by our ids.</param>
    /// <exception cref="UnknownActivityException">It names nothing that can be changed.</exception>
    public ChangeTarget Find(string id, RowId first, Func<RowId, bool> isSentHere, bool takesOurIds)
    {
        if (!ProvisionalId.TryParse(id, out var provisional))
        {
            return new(null, id);
        }

        var row = provisional.Row;
        if (provisional.Tag != Tag)
        {
            throw new UnknownActivityException($"ET1041: '{id}' is the id of an activity of another conversation, or of one under the same name that has ended.");
        }

        if (provisional.Kind is ProvisionalKind.Timer)
        {
            throw new UnknownActivityException($"ET1041: '{id}' is the id of a timer, and none of an activity.");
        }

        if (provisional.Kind is ProvisionalKind.Answer)
        {
            throw new UnknownActivityException($"ET1042: '{id}' left in the answer of an expectReplies request, where the channel gave it no id, so it cannot be changed.");
        }

        if (row >= first && !isSentHere(row))
        {
            throw new UnknownActivityException($"ET1041: '{id}' has not been sent: the turn that returned this id was not committed.");
        }

        if (takesOurIds || row >= first || _owed.Contains(row))
        {
            return new(row, null);
        }

        return record.IdOf(row) is { } known ? new(row, known) : throw new UnknownActivityException(
            $"ET1043: the channel's id of '{id}' is not known: too much was sent since (ActivityIdCapacity), or the channel gave none.");
    }

    private static IEnumerable<RowId> Sending(IEnumerable<OutboxRow> rows) => rows.Where(row => row.Action is RowAction.Send).Select(row => row.Id);
}
