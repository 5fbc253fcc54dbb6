using System.Globalization;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.DirectLine.Json;
using Everturn.Hosting;

namespace Everturn.DirectLine.Transcripts;

/// <summary>Finds the activity of a transcript that a row changes, and makes of it what the row says.</summary>
/// <param name="Row">The row that sent it; null when the channel's id names it.</param>
/// <param name="Sequence">Its place; 0 when that is not known.</param>
/// <param name="Id">Its id, when it was streamed and nothing else names it.</param>
internal readonly record struct ChangedActivity(RowId? Row, long Sequence, string? Id)
{
    /// <summary>The name under which clients learn that an activity is gone.</summary>
    public const string Deletion = "messageDelete";

    /// <summary>Whether it says where among the pages it is.</summary>
    public bool HasPlace => Id is null;

    /// <summary>What a row changes; null when its id is not one that this channel gave in this conversation to an activity of the bot.</summary>
    public static ChangedActivity? Of(string conversation, OutboxRow row) =>
        row.TargetRow is { } target ? new(target, 0, null)
        : row.TargetId is not { } id ? null
        : DirectLineIds.IsStream(conversation, id) ? new(null, 0, id)
        : long.TryParse(id.AsSpan(id.LastIndexOf('|') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)
            && id == DirectLineIds.FromBot(conversation, sequence)
                ? new(null, sequence, null)
                : null;

    public bool Is(TranscriptEntry entry) => Row is { } row ? entry.Row == row : Id is { } id ? entry.HasId(id) : entry.Sequence == Sequence;

    /// <summary>Whether it was said before an entry.</summary>
    public bool IsBefore(TranscriptEntry entry) => Row is { } row ? row < entry.Row : Sequence < entry.Sequence;

    /// <summary>Why a row may not change an entry; null when it may.</summary>
    public static string? Refusal(string conversation, TranscriptEntry entry, OutboxRow row) =>
        !IsOfBot(conversation, entry) ? "ET1044: it would change what a user has said."
        : entry.IsDeleted && row.Action is RowAction.Update && entry.Change!.Value.Row < row.Id ? "ET1044: the activity that it updates was deleted."
        : null;

    private static bool IsOfBot(string conversation, TranscriptEntry entry) =>
        IdOf(entry) is { } id && (id == DirectLineIds.FromBot(conversation, entry.Sequence) || DirectLineIds.IsStream(conversation, id));

    private static string? IdOf(TranscriptEntry entry) => RawJson.StringMember(entry.Activity.Span, "id");

    /// <summary>The entry as a row leaves it: at its old place and time, and anew at another.</summary>
    /// <param name="entry">The entry before.</param>
    /// <param name="place">The other place.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="row">The row.</param>
    /// <param name="node">The node that delivers it.</param>
    public static TranscriptEntry Changed(TranscriptEntry entry, long place, string conversation, OutboxRow row, EverturnOptions node)
    {
        List<JsonEdit> edits =
        [
            JsonEdit.Set("id", IdOf(entry)!),
            JsonEdit.Set("timestamp", RawJson.StringMember(entry.Activity.Span, "timestamp") ?? ""),
            JsonEdit.Within("channelData", RowAppender.Order(entry.Sequence), RowAppender.Origin(row, node)),
        ];
        var isDeletion = row.Action is RowAction.Delete;
        if (isDeletion)
        {
            // Web Chat reports an error for types that it does not know, and shows nothing for an event.
            edits.Add(JsonEdit.Set("type", ActivityTypes.Event));
            edits.Add(JsonEdit.Set("name", Deletion));
        }
        else
        {
            var replied = RawJson.StringMember(row.Activity.Span, "replyToId") ?? RawJson.StringMember(entry.Activity.Span, "replyToId");
            edits.Add(replied is null || DirectLineIds.IsHidden(conversation, replied) ? JsonEdit.Remove("replyToId") : JsonEdit.Set("replyToId", replied));
        }

        return entry with { Activity = RawJson.Patch(row.Activity.Span, edits), Change = new(place, row.Id, isDeletion) };
    }
}
