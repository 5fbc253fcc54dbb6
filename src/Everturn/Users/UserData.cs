using System.Runtime.CompilerServices;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.Users;

/// <summary>Finds a user in every conversation record of the bot, and in what belongs to them.</summary>
internal sealed class UserData(NodeContext node) : IUserData
{
    /// <inheritdoc />
    public async IAsyncEnumerable<UserDocument> ExportAsync(
        string userId, string? channel = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        var unreadable = new List<PendingErasure>();
        foreach (var user in await UsersAsync(userId, channel, cancellationToken))
        {
            var own = new HashSet<ConversationKey>();
            await foreach (var (key, record) in ConversationsAsync(user, unreadable, cancellationToken).Where(found => found.Record.Concerns(user)))
            {
                var isOwn = record.IsOnlyOf(user.Id);
                if (isOwn)
                {
                    own.Add(key);
                }

                yield return new("conversation", user.Channel, key.Id, ConversationExport.Write(key.Id, record, user.Id));
                await foreach (var document in node.Channels.ExportAsync(key, isOwn ? null : user.Id, cancellationToken))
                {
                    yield return document;
                }
            }

            await foreach (var (letter, document) in LettersAsync(user, own, unreadable, cancellationToken))
            {
                yield return new("deadletter", user.Channel, letter.Id, document.Content);
            }

            if (await LoadAsync(user.ToStoreKey(), cancellationToken) is { } state && UserRecordFormat.Read(state.Content).EndedUntil is null)
            {
                yield return new("user", user.Channel, user.Id, state.Content);
            }
        }

        if (unreadable.Count > 0)
        {
            throw new InvalidOperationException(
                $"ET1034: what was listed is not all: {unreadable.Count} documents could not be read, the first of them '{unreadable[0].StoreKey}'. {unreadable[0].Reason}");
        }
    }

    /// <inheritdoc />
    public async Task<UserErasure> EraseAsync(string userId, string? channel = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(userId);
        var (ended, cleaned, pending) = (new List<ConversationKey>(), new List<ConversationKey>(), new List<PendingErasure>());
        var (letters, records) = (0, 0);
        foreach (var user in await UsersAsync(userId, channel, cancellationToken))
        {
            var unreadable = new List<PendingErasure>();
            var found = ended.Count + cleaned.Count + pending.Count + letters;
            await foreach (var (key, record) in ConversationsAsync(user, unreadable, cancellationToken))
            {
                if (record.EndedUntil is not null)
                {
                    // Whoever ended it may have died before its channel was told.
                    await node.Channels.EraseAsync(key, cancellationToken);
                }

                switch (record.Concerns(user) ? await new ConversationErasure(key, user, node).RunAsync(cancellationToken) : ErasureOutcome.Nothing)
                {
                    case { Reason: { } reason }:
                        pending.Add(new(key.ToStoreKey(), reason));
                        break;
                    case { IsEnded: true }:
                        ended.Add(key);
                        break;
                    case { IsCleaned: true }:
                        cleaned.Add(key);
                        break;
                }
            }

            await foreach (var (letter, document) in LettersAsync(user, ended, unreadable, cancellationToken))
            {
                if (await node.Circuit.CallAsync(() => node.Store.DeleteAsync(letter.StoreKey, document.ETag).AsTask(), cancellationToken))
                {
                    letters++;
                }
                else
                {
                    pending.Add(new(letter.StoreKey, "ET1036: somebody else writes this document. Try again."));
                }
            }

            pending.AddRange(unreadable);

            // Last: until then rows for it may have been on their way.
            switch (await EraseRecordAsync(user, isKnown: ended.Count + cleaned.Count + pending.Count + letters > found, cancellationToken))
            {
                case true:
                    records++;
                    break;
                case false:
                    pending.Add(new(user.ToStoreKey(), "ET1036: the document could not be written in time. Try again."));
                    break;
            }
        }

        node.Log.UserErased(ended.Count, cleaned.Count, letters, records, pending.Count);
        return new(ended, cleaned, letters, records, pending);
    }

    private static PendingErasure Unreadable(string storeKey, UnreadableRecordException exception) =>
        new(storeKey, $"ET1037: the document cannot be read, so nobody knows whether it holds anything of the user: {exception.Message}");

    private async Task<List<UserKey>> UsersAsync(string userId, string? channel, CancellationToken cancellationToken)
    {
        var channels = channel is not null
            ? [channel]
            : await BotListing.ChannelsAsync(node.Store, node.Options.Bot, cancellationToken).ToListAsync(cancellationToken);
        return [.. channels.Select(name => new UserKey(node.Options.Bot, name, userId))];
    }

    // Past the cache, which is for those who talk just now.
    private async IAsyncEnumerable<(ConversationKey Key, ConversationRecord Record)> ConversationsAsync(
        UserKey user, List<PendingErasure> unreadable, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var storeKey in BotListing.KeysAsync(node.Store, user.Bot, user.Channel, ConversationKey.Kind, cancellationToken))
        {
            ConversationRecord? record = null;
            try
            {
                record = await LoadAsync(storeKey, cancellationToken) is { } document ? RecordFormat.Read(document.Content) : null;
            }
            catch (UnreadableRecordException exception)
            {
                unreadable.Add(Unreadable(storeKey, exception));
            }

            if (record is not null && ConversationKey.TryParse(storeKey, out var key))
            {
                yield return (key, record);
            }
        }
    }

    private async IAsyncEnumerable<(DeadLetter Letter, StoredDocument Document)> LettersAsync(
        UserKey user, ICollection<ConversationKey> own, List<PendingErasure> unreadable, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var storeKey in BotListing.KeysAsync(node.Store, user.Bot, user.Channel, DeadLetter.StoreKind, cancellationToken))
        {
            (DeadLetter, StoredDocument)? found = null;
            try
            {
                if (await LoadAsync(storeKey, cancellationToken) is { } document
                    && DeadLetterFormat.Read(storeKey, document.Content) is var letter
                    && (own.Contains(letter.Conversation) || letter.IsOf(user.Id)))
                {
                    found = (letter, document);
                }
            }
            catch (UnreadableRecordException exception)
            {
                unreadable.Add(Unreadable(storeKey, exception));
            }

            if (found is { } one)
            {
                yield return one;
            }
        }
    }

    private async Task<bool?> EraseRecordAsync(UserKey user, bool isKnown, CancellationToken cancellationToken)
    {
        try
        {
            return await node.Users.EraseAsync(user.ToStoreKey(), isKnown, cancellationToken);
        }
        catch (UnreadableRecordException)
        {
            return false;
        }
    }

    private Task<StoredDocument?> LoadAsync(string storeKey, CancellationToken cancellationToken) =>
        node.Circuit.CallAsync(() => node.Store.LoadAsync(storeKey, cancellationToken).AsTask(), cancellationToken);
}
