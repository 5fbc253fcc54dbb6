using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.DirectLine.Conversations;
using Everturn.DirectLine.Files;
using Everturn.DirectLine.Json;
using Everturn.DirectLine.Streams;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;
using Everturn.Users;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine;

/// <summary>The way out of the engine into transcripts, and from there to clients.</summary>
internal sealed class DirectLineChannel(
    TranscriptStore transcripts, FileStore files, LiveConversations live, IOptions<EverturnOptions> node, TimeProvider time) : IChannel
{
    // As fast as somebody reads, and each state holds all the words so far.
    private static readonly TimeSpan BetweenPreviews = TimeSpan.FromMilliseconds(250);

    public bool Serves(string channelId, string serviceUrl) =>
        channelId is DirectLineIds.Channel or "webchat" && serviceUrl == DirectLineIds.ServiceUrl;

    public bool TakesOurIds => true;

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        if (!DirectLineIds.IsConversation(conversation.Id))
        {
            return [new DeliveryOutcome.Rejected("ET4029: The conversation is not one of Direct Line.")];
        }

        StoredTranscript? stored;
        AppliedRows applied;
        try
        {
            (stored, applied) = await ApplyAsync(conversation.Id, rows, cancellationToken);
            if (applied.Refusal is not null)
            {
                // Nothing is refused for what was so when this node last looked.
                await transcripts.LoadAsync(conversation.Id, cancellationToken);
                (stored, applied) = await ApplyAsync(conversation.Id, rows, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is StoreUnavailableException or InvalidDataException)
        {
            // Not ambiguous: a repeat of what was written after all is recognized by its row ids.
            return [new DeliveryOutcome.Retry(null, exception.Message)];
        }

        if (stored is null)
        {
            return [new DeliveryOutcome.Retry(null, "ET4028: The conversation is being written by others.")];
        }

        live.Publish(conversation.Id, stored.Transcript);
        ShowEphemeral(conversation.Id, rows);
        var outcomes = rows.Take(applied.Count).Select(DeliveryOutcome (row) => new DeliveryOutcome.Delivered(ActivityId(stored.Transcript, row)));
        return applied.Refusal is { } refusal ? [.. outcomes, new DeliveryOutcome.Rejected(refusal)] : [.. outcomes];
    }

    // One write for all rows. A transcript that is not there yet comes into being here: the bot's word counts.
    private async ValueTask<(StoredTranscript? Stored, AppliedRows Applied)> ApplyAsync(
        string conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        AppliedRows applied = new(Transcript.Empty, 0, null);
        var stored = await transcripts.UpdateAsync(conversation, ChangeAsync, cancellationToken);
        return (stored, applied);

        async ValueTask<Transcript> ChangeAsync(Transcript transcript)
        {
            applied = await AppliedRows.ApplyAsync(transcript, conversation, rows, transcripts.PagesOf(conversation), node.Value, time.GetUtcNow());
            return applied.Transcript;
        }
    }

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        var id = DirectLineIds.NewTyping(conversation.Id);
        live.PublishEphemeral(conversation.Id, Complete(conversation.Id, id, ActivityJson.Write(activity), activity.From is null));
        return default;
    }

    public TimeSpan? PreviewInterval(string channelId) => BetweenPreviews;

    public ValueTask<string?> SendPreviewAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        if (StreamInfo.Of(activity) is not { } info || activity.Id is not { } key)
        {
            return new((string?)null);
        }

        // All states have the id of the message to come: each takes the place of the one before, whoever sent that, and the message
        // that of the last. What comes late from a run that was overtaken must not take the message's place.
        var id = DirectLineIds.OfStream(conversation.Id, key);
        if (!live.Holds(conversation.Id, id))
        {
            // Runs of the same turn, on whichever node, number their states anew. Clients show the highest.
            var sequence = info.Sequence is null ? (long?)null : time.GetUtcNow().ToUnixTimeMilliseconds();
            (info with { StreamId = id, Sequence = sequence }).ApplyTo(activity);
            live.PublishEphemeral(conversation.Id, Complete(conversation.Id, id, ActivityJson.Write(activity), activity.From is null));
        }

        return new(id);
    }

    public async ValueTask EraseAsync(ConversationKey conversation, CancellationToken cancellationToken)
    {
        if (conversation.Channel is DirectLineIds.Channel && DirectLineIds.IsConversation(conversation.Id))
        {
            await transcripts.EraseAsync(conversation.Id, cancellationToken);
            await files.EraseAsync(conversation.Id, cancellationToken);
        }
    }

    public async ValueTask EraseMemberAsync(ConversationKey conversation, string member, CancellationToken cancellationToken)
    {
        if (conversation.Channel is DirectLineIds.Channel && DirectLineIds.IsConversation(conversation.Id))
        {
            // The words last: they tell which files are his, to a call that comes after one that died here.
            var (his, others) = await FilesAsync(conversation.Id, member, cancellationToken);
            await files.EraseAsync(conversation.Id, his.Except(others, StringComparer.Ordinal), cancellationToken);
            await transcripts.EraseMemberAsync(conversation.Id, member, cancellationToken);
        }
    }

    public async IAsyncEnumerable<UserDocument> ExportAsync(
        ConversationKey conversation, string? member, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (conversation.Channel is not DirectLineIds.Channel || !DirectLineIds.IsConversation(conversation.Id))
        {
            yield break;
        }

        var entries = (await EntriesAsync(conversation.Id, cancellationToken)).Where(entry => member is null || entry.IsFrom(member)).ToArray();
        if (entries.Length > 0)
        {
            yield return new("transcript", conversation.Channel, conversation.Id, ActivitySet.Write(entries.Select(entry => entry.Activity), entries[^1].Sequence));
        }

        var his = member is null ? null : (await FilesAsync(conversation.Id, member, cancellationToken)).His;
        await foreach (var (id, json) in files.ListAsync(conversation.Id, cancellationToken))
        {
            if (his is null || his.Contains(id))
            {
                yield return new("file", conversation.Channel, $"{conversation.Id}/{id}", json);
            }
        }
    }

    public async ValueTask ForgetAsync(ConversationKey conversation, CancellationToken cancellationToken)
    {
        if (conversation.Channel is DirectLineIds.Channel && DirectLineIds.IsConversation(conversation.Id))
        {
            await transcripts.ForgetAsync(conversation.Id, cancellationToken);
        }
    }

    private async Task<IReadOnlyList<TranscriptEntry>> EntriesAsync(string conversation, CancellationToken cancellationToken)
    {
        var head = (await transcripts.LoadAsync(conversation, cancellationToken)).Transcript;
        return [.. (await transcripts.ReadAfterAsync(conversation, head, after: 0, int.MaxValue, int.MaxValue, cancellationToken)).Shown.Select(shown => shown.Entry)];
    }

    /// <summary>The files to which the words of a user point, and those to which the others' do.</summary>
    private async Task<(HashSet<string> His, HashSet<string> Others)> FilesAsync(string conversation, string user, CancellationToken cancellationToken)
    {
        var (his, others) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        foreach (var entry in await EntriesAsync(conversation, cancellationToken))
        {
            (entry.IsFrom(user) ? his : others).UnionWith(FileAttachments.IdsIn(ActivityJson.Read(entry.Activity.Span), conversation));
        }

        return (his, others);
    }

    // A typing indicator that was committed with words behind it has been overtaken by them.
    private void ShowEphemeral(string conversation, IReadOnlyList<OutboxRow> rows)
    {
        if (!live.Has(conversation))
        {
            return;
        }

        foreach (var row in rows.Reverse().TakeWhile(IsEphemeral).Reverse())
        {
            live.PublishEphemeral(conversation, Complete(conversation, DirectLineIds.NewTyping(conversation), row.Activity.Span, lacksSender: false));
        }
    }

    private byte[] Complete(string conversation, string id, ReadOnlySpan<byte> activity, bool lacksSender)
    {
        List<JsonEdit> edits =
        [
            JsonEdit.Set("id", id),
            JsonEdit.Set("timestamp", time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture)),
            JsonEdit.Set("channelId", DirectLineIds.Channel),
            JsonEdit.Within("conversation", JsonEdit.Set("id", conversation)),
            JsonEdit.Remove("replyToId"),
        ];
        if (lacksSender)
        {
            edits.Add(JsonEdit.SetRaw(
                "from", JsonSerializer.SerializeToUtf8Bytes(BotAccount.Of(node.Value), ActivityJsonContext.Default.ChannelAccount)));
        }

        return RawJson.Patch(activity, edits);
    }

    private static bool IsEphemeral(OutboxRow row) => RowAppender.IsEphemeral(ActivityJson.Read(row.Activity.Span));

    // The row may be an old one, delivered again; one that has moved to a page needs no id any more.
    private static string? ActivityId(Transcript transcript, OutboxRow row)
    {
        var entry = transcript.Entries.LastOrDefault(entry => entry.Row == row.Id);
        return entry is null ? null : RawJson.StringMember(entry.Activity.Span, "id");
    }
}
