using System.Collections.Immutable;
using Everturn.Hosting;
using Everturn.Storage;

namespace Everturn.Users;

/// <summary>Writes users' records together with a conversation's.</summary>
internal static class UserWrites
{
    /// <summary>Writes them as one. Without any user's record the store need not be transactional.</summary>
    public static ValueTask<SaveResult> SaveAsync(IStore store, DocumentWrite conversation, ImmutableArray<DocumentWrite> users) => users.IsEmpty
        ? store.SaveAsync(conversation.Key, conversation.Content, conversation.Expected, conversation.Due)
        : SaveAllAsync((ITransactionalStore)store, [conversation, .. users]);

    /// <summary>Whether one of the records is not as the turns have seen it.</summary>
    public static async Task<bool> HaveMovedAsync(NodeContext node, ImmutableArray<DocumentWrite> users, CancellationToken cancellationToken)
    {
        var store = node.Store;
        foreach (var user in users)
        {
            if ((await node.Circuit.CallAsync(() => store.LoadAsync(user.Key, cancellationToken).AsTask(), cancellationToken))?.ETag != user.Expected)
            {
                return true;
            }
        }

        return false;
    }

    private static async ValueTask<SaveResult> SaveAllAsync(ITransactionalStore store, ImmutableArray<DocumentWrite> writes) =>
        await store.SaveAllAsync(writes) is { } versions ? new SaveResult(versions[0]) : SaveResult.PreconditionFailed;
}
