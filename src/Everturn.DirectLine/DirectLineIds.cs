using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Everturn.DirectLine;

/// <summary>The ids that this channel gives, and how they are derived.</summary>
internal static class DirectLineIds
{
    public const string Channel = "directline";
    public const string ServiceUrl = "urn:everturn:directline";

    /// <summary>Users with such ids are known by their token alone.</summary>
    public const string TokenUserPrefix = "dl_";

    private const int MaxConversationLength = 64;
    private static readonly SearchValues<char> ConversationCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /// <summary>A new conversation's id: 128 random bits.</summary>
    public static string NewConversation() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether this can be an id that <see cref="NewConversation"/> made.</summary>
    public static bool IsConversation(string id) =>
        id.Length is > 0 and <= MaxConversationLength && !id.AsSpan().ContainsAnyExcept(ConversationCharacters);

    /// <summary>The id of the turn that tells the bot of the conversation.</summary>
    public static string Start(string conversation) => $"{conversation}|start";

    /// <summary>The id of the turn that tells the bot of a user.</summary>
    public static string Join(string conversation, string user) => $"{conversation}|join-{UserKey(user)}";

    /// <summary>Whether an id is of a turn that clients never see, so that nothing they see may point to it.</summary>
    public static bool IsHidden(string conversation, string id) =>
        id == Start(conversation)
        || id.StartsWith($"{conversation}|join-", StringComparison.Ordinal)
        || id.StartsWith($"{conversation}|typing-", StringComparison.Ordinal);

    /// <summary>The id of an activity of the bot.</summary>
    public static string FromBot(string conversation, long sequence) =>
        string.Create(CultureInfo.InvariantCulture, $"{conversation}|{sequence:D7}");

    /// <summary>The id of a typing indicator, which has no place in the conversation's order.</summary>
    public static string NewTyping(string conversation) =>
        $"{conversation}|typing-{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(9))}";

    /// <summary>The id of a streamed message, as long as it is a preview and when it is committed.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="key">The stream's name.</param>
    public static string OfStream(string conversation, string key) => $"{conversation}|stream-{key}";

    /// <summary>Whether an id is of a streamed message.</summary>
    public static bool IsStream(string conversation, string id) => id.StartsWith($"{conversation}|stream-", StringComparison.Ordinal);

    /// <summary>
    /// The id of a client's activity: equal for a repeat of the same post, different for everything else.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="isTyping">Whether clients will never see it.</param>
    /// <param name="seed">What the sender gave to recognize a repeat by; null makes the id random.</param>
    /// <param name="user">The sender.</param>
    /// <param name="body">The body as it was sent, so that a seed used twice by mistake does not swallow another message.</param>
    public static string FromClient(string conversation, bool isTyping, string? seed, string user, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(seed is null ? RandomNumberGenerator.GetBytes(32) : SHA256.HashData(Encoding.UTF8.GetBytes(seed)));
        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(user)));
        hash.AppendData(body);
        return $"{conversation}|{(isTyping ? "typing-" : "")}{Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, 16))}";
    }

    /// <summary>A short name for a user id of any length.</summary>
    public static string UserKey(string user) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(user)).AsSpan(0, 12));
}
