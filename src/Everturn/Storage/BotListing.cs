using System.Runtime.CompilerServices;

namespace Everturn.Storage;

/// <summary>Lists a bot's documents. Keys are ordered by channel, then by kind: the listing steps from channel to channel.</summary>
internal static class BotListing
{
    private const int Page = 100;

    /// <summary>The channels on which the bot keeps anything.</summary>
    public static async IAsyncEnumerable<string> ChannelsAsync(IStore store, string bot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var scope = StoreKey.Scope(bot) + "/";
        string? after = null;
        while (await store.ListKeysAsync(scope, after, 1, cancellationToken) is [var first, ..])
        {
            var segment = first[scope.Length..].Split('/')[0];
            // The last code point sorts behind everything that a key of this channel goes on with.
            after = $"{scope}{segment}/\U0010FFFF";
            yield return Uri.UnescapeDataString(segment);
        }
    }

    /// <summary>The keys of one kind on one channel.</summary>
    public static async IAsyncEnumerable<string> KeysAsync(
        IStore store, string bot, string channel, string kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = $"{StoreKey.Scope(bot)}/{Uri.EscapeDataString(channel)}/{kind}/";
        string? after = null;
        do
        {
            var keys = await store.ListKeysAsync(prefix, after, Page, cancellationToken);
            foreach (var key in keys)
            {
                yield return key;
            }

            after = keys.Count < Page ? null : keys[^1];
        }
        while (after is not null);
    }
}
