using System.Globalization;

namespace Everturn.Delivery;

/// <summary>The id that a bot gets for what it sends, before any channel has given one, and for a timer.</summary>
/// <remarks>
/// It names its conversation, so that an id that was kept elsewhere never hits what is another one's; and it has a shape that no
/// channel's own ids have.
/// </remarks>
/// <param name="Tag">The conversation's; see <see cref="Conversations.ConversationRecord.Tag"/>.</param>
/// <param name="Row">The row that sends it; of an answer its place among the turn's replies, of a timer among its timers.</param>
/// <param name="Kind">What it names.</param>
internal readonly record struct ProvisionalId(string Tag, RowId Row, ProvisionalKind Kind)
{
    private const string Prefix = "ev-";
    private const char AnswerMark = 'a';
    private const char TimerMark = 't';

    public override string ToString() => $"{Prefix}{Tag}-{Row}{Kind switch
    {
        ProvisionalKind.Answer => AnswerMark,
        ProvisionalKind.Timer => TimerMark,
        _ => null as char?,
    }}";

    /// <summary>Whether an id is one of these; otherwise it is a channel's own.</summary>
    public static bool TryParse(string id, out ProvisionalId provisional)
    {
        provisional = default;
        var parts = id.Split('-');
        if (parts is not ["ev", { Length: > 0 } tag, var row])
        {
            return false;
        }

        var kind = row switch
        {
            [.., AnswerMark] => ProvisionalKind.Answer,
            [.., TimerMark] => ProvisionalKind.Timer,
            _ => ProvisionalKind.Row,
        };
        var numbers = (kind is ProvisionalKind.Row ? row : row[..^1]).Split('.');
        if (numbers is not [var revision, var index]
            || !long.TryParse(revision, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedRevision)
            || !int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var parsedIndex))
        {
            return false;
        }

        provisional = new(tag, new(parsedRevision, parsedIndex), kind);
        return true;
    }
}

/// <summary>What a provisional id names.</summary>
internal enum ProvisionalKind
{
    /// <summary>What leaves through the channel.</summary>
    Row,

    /// <summary>What leaves in the answer of its turn's request and never through the channel.</summary>
    Answer,

    /// <summary>A timer.</summary>
    Timer,
}
