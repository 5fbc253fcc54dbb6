using Everturn.Activities;
using Everturn.Delivery;
using Everturn.Hosting;

namespace Everturn.DirectLine.Transcripts;

/// <summary>What rows have made of a transcript.</summary>
/// <param name="Transcript">The transcript with them; the very same one when they change nothing.</param>
/// <param name="Count">How many of them it has.</param>
/// <param name="Refusal">Why the next one can never be applied; null when there is none.</param>
internal sealed record AppliedRows(Transcript Transcript, int Count, string? Refusal)
{
    /// <summary>Applies rows in order, up to the first that is refused. Those that were applied before are left out.</summary>
    /// <remarks>Run again when another write came first. What it does to pages it does again to the same effect.</remarks>
    public static async ValueTask<AppliedRows> ApplyAsync(
        Transcript transcript, string conversation, IReadOnlyList<OutboxRow> rows, IPagedEntries pages, EverturnOptions node, DateTimeOffset now)
    {
        var result = transcript;
        for (var at = 0; at < rows.Count; at++)
        {
            var row = rows[at];
            if (row.Action is RowAction.Send)
            {
                result = RowAppender.Append(result, conversation, [row], node, now);
            }
            else if (row.Id > result.Row)
            {
                var (changed, refusal) = await ChangeAsync(result, conversation, row, pages, node);
                if (refusal is not null)
                {
                    return new(result, at, refusal);
                }

                result = changed;
            }
        }

        return new(result, rows.Count, null);
    }

    private static async ValueTask<(Transcript Changed, string? Refusal)> ChangeAsync(
        Transcript transcript, string conversation, OutboxRow row, IPagedEntries pages, EverturnOptions node)
    {
        if (RowAppender.IsHidden(ActivityJson.Read(row.Activity.Span)))
        {
            return (transcript, "ET1044: what clients never see cannot take the place of what they see.");
        }

        var place = transcript.Last + 1;
        if (ChangedActivity.Of(conversation, row) is not { } target)
        {
            return (transcript, $"ET1044: '{row.TargetId}' is not the id of an activity of the bot in this conversation.");
        }

        if (transcript.Entries.FirstOrDefault(target.Is) is { } entry)
        {
            return ChangedActivity.Refusal(conversation, entry, row) is { } refusal
                ? (transcript, refusal)
                : (Moved(transcript, row, place) with
                {
                    Entries = transcript.Entries.Replace(entry, ChangedActivity.Changed(entry, place, conversation, row, node)),
                }, null);
        }

        if (await pages.FindAsync(transcript.Pages, target) is not var (page, archived))
        {
            return (transcript, "ET1044: the activity that it changes is not in the conversation, or not any more.");
        }

        if (ChangedActivity.Refusal(conversation, archived, row) is { } refused)
        {
            return (transcript, refused);
        }

        // The page first: the head that names the change must find it there.
        await pages.ChangeAsync(page, ChangedActivity.Changed(archived, place, conversation, row, node));
        return (Moved(transcript, row, place) with { Pages = transcript.Pages.Replace(page, page with { Changed = place }) }, null);
    }

    private static Transcript Moved(Transcript transcript, OutboxRow row, long place) => transcript with { Last = place, Row = row.Id };
}
