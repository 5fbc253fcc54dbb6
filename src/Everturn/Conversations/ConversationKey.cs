using Everturn.Storage;

namespace Everturn.Conversations;

/// <summary>Names a conversation: which bot's, on which channel, and its id there.</summary>
/// <param name="Bot">The bot's name: <see cref="Hosting.EverturnOptions.Bot"/>.</param>
/// <param name="Channel">The channel id, for instance <c>directline</c> or <c>msteams</c>.</param>
/// <param name="Id">The conversation's id on that channel, opaque and compared ordinally.</param>
public readonly record struct ConversationKey(string Bot, string Channel, string Id)
{
    internal const string Kind = "conversation";

    /// <summary>The key of the conversation record in the store.</summary>
    /// <exception cref="ArgumentException">A part is empty or the id is too long.</exception>
    public string ToStoreKey() => StoreKey.Create(Bot, Channel, Kind, Id);

    /// <summary>Whether the record's key is one that stores accept.</summary>
    public bool IsValid() =>
        !string.IsNullOrEmpty(Bot) && !string.IsNullOrEmpty(Channel) && !string.IsNullOrEmpty(Id)
        && StoreKey.IsValid($"{Uri.EscapeDataString(Bot)}/{Uri.EscapeDataString(Channel)}/{Kind}/{Id}");

    /// <summary>Reads the key of a conversation record; false when the key is another document's.</summary>
    public static bool TryParse(string storeKey, out ConversationKey key)
    {
        ArgumentNullException.ThrowIfNull(storeKey);
        var parts = storeKey.Split('/', 4);
        if (parts.Length == 4 && parts[2] == Kind)
        {
            key = new(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts[1]), parts[3]);
            return true;
        }

        key = default;
        return false;
    }
}
