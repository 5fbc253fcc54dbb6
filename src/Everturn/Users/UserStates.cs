using System.Collections.Concurrent;
using System.Collections.Immutable;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;

namespace Everturn.Users;

/// <summary>The users' states as the turns of one commit see them: each turn sees what those before it have changed.</summary>
/// <param name="conversation">The record that the first of the turns runs on.</param>
/// <param name="node">The node.</param>
internal sealed class UserStates(ConversationRecord conversation, NodeContext node)
{
    // A run that was left behind at its deadline may still read here, besides the one after it.
    private ConcurrentDictionary<string, Seen> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether the store writes a conversation and its users' records as one; otherwise changes leave through the outbox.</summary>
    public bool AreAtomic { get; } = node.Store is ITransactionalStore;

    /// <summary>See <see cref="ConversationRecord.Life"/>.</summary>
    public string Life => conversation.Life;

    /// <summary>Whether another turn with a user may join the commit.</summary>
    public bool HasRoom => _seen.Count < ITransactionalStore.MaxWrites - 1;

    /// <summary>The user records to write with the conversation's.</summary>
    public ImmutableArray<DocumentWrite> Writes => !AreAtomic
        ? []
        : [.. InOrder.Where(pair => !ReferenceEquals(pair.Value.Record.State, pair.Value.State)).Select(pair => new DocumentWrite(
            pair.Key, UserRecordFormat.Write(pair.Value.Record with { State = pair.Value.State, EndedUntil = null }), pair.Value.ETag, Due: null))];

    /// <summary>All of them as they are now.</summary>
    public IEnumerable<(string StoreKey, StateBytes State)> Now => InOrder.Select(pair => (pair.Key, pair.Value.State));

    private IEnumerable<KeyValuePair<string, Seen>> InOrder => _seen.OrderBy(pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The same states, for a run whose changes do not count here.</summary>
    public UserStates Fork() => new(conversation, node) { _seen = new(_seen, StringComparer.Ordinal) };

    /// <summary>A user's state before the next turn.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="cancellationToken">Until when the store is asked again.</param>
    /// <exception cref="TurnUnavailableException">This version may not write the record.</exception>
    public async Task<StateBytes> ReadAsync(UserKey user, CancellationToken cancellationToken)
    {
        var storeKey = user.ToStoreKey();
        if (!_seen.TryGetValue(storeKey, out var seen))
        {
            // What came first stays: a turn may have changed it meanwhile.
            seen = _seen.GetOrAdd(storeKey, await LoadAsync(storeKey, cancellationToken));
        }

        return seen.State;
    }

    /// <summary>Keeps what a turn has made of a user's state.</summary>
    public void Keep(UserKey user, StateBytes state)
    {
        var storeKey = user.ToStoreKey();
        _seen[storeKey] = _seen[storeKey] with { State = state };
    }

    private async Task<Seen> LoadAsync(string storeKey, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var store = node.Store;
                var document = await node.Circuit.CallAsync(() => store.LoadAsync(storeKey, cancellationToken).AsTask(), cancellationToken);
                var record = document is null ? UserRecord.Empty : UserRecordFormat.Read(document.Content);
                return new(record, document?.ETag, AreAtomic ? record.State : WithOwnChanges(storeKey, record));
            }
            catch (UnreadableRecordException exception)
            {
                throw new TurnUnavailableException($"ET1070: the user's record could not be read: {exception.Message}");
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                node.Log.StoreFailed(storeKey, exception);
            }

            await node.BackOffAsync(attempt, cancellationToken);
        }
    }

    // What this conversation has changed and is still on its way.
    private StateBytes WithOwnChanges(string storeKey, UserRecord record) => conversation.Outbox
        .Where(row => row.User == storeKey)
        .Select(row => (row.Id, Patch: UserPatch.Read(row.Activity)))
        .Where(row => !record.Has(row.Patch.Life, row.Id))
        .Aggregate(record.State, (state, row) => row.Patch.ApplyTo(state));

    private sealed record Seen(UserRecord Record, ETag? ETag, StateBytes State);
}
