using System.Runtime.CompilerServices;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.Delivery;

/// <summary>The bot's dead letters: documents of their own, written before what they hold leaves its conversation's record.</summary>
internal sealed class DeadLetters(NodeContext node) : IDeadLetters
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Writes a letter; false when it is not certain that it is there.</summary>
    public async Task<bool> TryPutAsync(DeadLetter letter)
    {
        try
        {
            // One that is there already may be a write in doubt: only a write upon it makes it last.
            var isThere = await SaveAsync(letter, expected: null)
                || (await node.Store.LoadAsync(letter.StoreKey, CancellationToken.None) is { } document && await SaveAsync(letter, document.ETag));
            if (isThere)
            {
                node.Log.Buried(letter.Conversation.Id, letter.Id, letter.Reason);
            }

            return isThere;
        }
        catch (Exception exception)
        {
            node.Log.StoreFailed(letter.Conversation.Id, exception);
            return false;
        }
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<DeadLetter> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var key in KeysAsync(cancellationToken))
        {
            if (await node.Store.LoadAsync(key, cancellationToken) is { } document)
            {
                yield return DeadLetterFormat.Read(key, document.Content);
            }
        }
    }

    /// <inheritdoc />
    public async Task<DeadLetter?> FindAsync(string id, CancellationToken cancellationToken = default) =>
        await LoadAsync(id, cancellationToken) is var (letter, _) ? letter : null;

    /// <inheritdoc />
    public async Task<bool> ReplayAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await LoadAsync(id, cancellationToken) is not var (letter, etag))
        {
            return false;
        }

        // Its identity is another: the former one is in the inbox. Replayed twice it is a duplicate. To the other side of its calls it is
        // the same activity, and what they have returned goes with it.
        var identity = ActivityIdentity.OfReplay(id);
        var now = node.Time.GetUtcNow();
        var committer = new Committer(letter.Conversation, node, static (_, _) => { });
        if (IsStillThere(letter, (await committer.ReadAsync(fresh: true, cancellationToken)).Record))
        {
            throw new InvalidOperationException($"ET1029: dead letter {id} is still being taken out of its conversation. Try again in a second.");
        }

        Operation again = letter.Kind is DeadLetterKind.Inbound
            ? new Operation.Accept(identity, letter.Activity, letter.User, EchoBy: null, Tender: null, node.Options.LeaseDuration, node.Bounds, now)
            {
                Member = letter.User ?? Membership.SenderOf(letter.Activity),
                Origin = letter.Origin ?? letter.Identity,
                Journal = letter.Journal,
            }
            : new Operation.Send(identity, letter.Activity, node.Options.Node, Tender: null, node.Options.LeaseDuration, node.Bounds, now);
        var deadline = new Deadline(node.Time, node.Options.TurnDeadline);
        var outcome = await committer.CommitAsync([again], deadline);
        if (outcome is CommitOutcome.Refused(Refusal.Duplicate, _))
        {
            // What a read shows counts when a write of our own has made it certain.
            outcome = await committer.CommitAsync([], deadline);
        }

        return outcome is CommitOutcome.Committed(var written) && written.Record.Knows(identity)
            ? await DeleteAsync(letter.StoreKey, etag)
            : throw new InvalidOperationException($"ET1029: dead letter {id} could not be replayed: {outcome}. It is kept.");
    }

    // Put back too early it would be given up once more, by whoever takes it out.
    private static bool IsStillThere(DeadLetter letter, ConversationRecord record) => letter.Kind is DeadLetterKind.Inbound
        ? record.IsQueued(letter.Identity)
        : record.Outbox.Any(row => DeadLetter.Of(letter.Conversation, row, letter.Reason, letter.At).Id == letter.Id);

    /// <inheritdoc />
    public async Task<bool> DropAsync(string id, CancellationToken cancellationToken = default) =>
        await LoadAsync(id, cancellationToken) is var (letter, etag) && await DeleteAsync(letter.StoreKey, etag);

    private async Task<bool> SaveAsync(DeadLetter letter, ETag? expected) =>
        (await node.Circuit.CallAsync(() =>
            node.Store.SaveAsync(letter.StoreKey, DeadLetterFormat.Write(letter), expected, due: null).AsTask().WaitAsync(Patience, node.Time))).IsSaved;

    private async Task<bool> DeleteAsync(string storeKey, ETag etag) => await node.Store.DeleteAsync(storeKey, etag);

    private async Task<(DeadLetter Letter, ETag ETag)?> LoadAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (var key in KeysAsync(cancellationToken))
        {
            if (key.EndsWith("/" + id, StringComparison.Ordinal) && await node.Store.LoadAsync(key, cancellationToken) is { } document)
            {
                return (DeadLetterFormat.Read(key, document.Content), document.ETag);
            }
        }

        return null;
    }

    private async IAsyncEnumerable<string> KeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var channel in BotListing.ChannelsAsync(node.Store, node.Options.Bot, cancellationToken))
        {
            await foreach (var key in BotListing.KeysAsync(node.Store, node.Options.Bot, channel, DeadLetter.StoreKind, cancellationToken))
            {
                yield return key;
            }
        }
    }
}
