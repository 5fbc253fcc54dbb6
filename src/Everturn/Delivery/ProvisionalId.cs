using System.Globalization;

namespace Everturn.Delivery;

/// <summary>The id that a bot gets for what it sends, before any channel has given one.</summary>
/// <remarks>
/// It names its conversation, so that an id that was kept elsewhere never hits an activity of another one; and it has a shape that no
/// channel's own ids have.
/// </remarks>
/// <param name="Tag">The conversation's; see <see cref="Conversations.ConversationRecord.Tag"/>.</param>
/// <param name="Row">The row that sends it; of an answer its place among the turn's replies.</param>
/// <param name="IsAnswer">Whether it leaves in the answer of its turn's request and never through the channel.</param>
internal readonly record struct ProvisionalId(string Tag, RowId Row, bool IsAnswer)
{
    private const string Prefix = "ev-";
    private const string AnswerMark = "a";

    public override string ToString() => $"{Prefix}{Tag}-{Row}{(IsAnswer ? AnswerMark : "")}";

    /// <summary>Whether an id is one of these; otherwise it is a channel's own.</summary>
    public static bool TryParse(string id, out ProvisionalId provisional)
    {
        provisional = default;
        var parts = id.Split('-');
        if (parts is not ["ev", { Length: > 0 } tag, var row])
        {
            return false;
        }

        var isAnswer = row.EndsWith(AnswerMark, StringComparison.Ordinal);
        var numbers = (isAnswer ? row[..^1] : row).Split('.');
        if (numbers is not [var revision, var index]
            || !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedRevision)
            || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedIndex))
        {
            return false;
        }

        provisional = new(tag, new(parsedRevision, parsedIndex), isAnswer);
        return true;
    }
}
