using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Everturn.Activities;
using Everturn.Conversations;

namespace Everturn.Delivery;

/// <summary>An activity that the engine has given up on, kept for a person.</summary>
/// <param name="Id">Its id among the bot's dead letters: 48 hexadecimal digits, of which the first 16 are the conversation's.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Conversation">Its conversation.</param>
/// <param name="Activity">The activity as UTF-8 JSON.</param>
/// <param name="Attempts">How often its turn was begun; 0 for a reply.</param>
/// <param name="At">When it was given up.</param>
/// <param name="Reason">Why.</param>
public sealed record DeadLetter(
    string Id,
    DeadLetterKind Kind,
    ConversationKey Conversation,
    ReadOnlyMemory<byte> Activity,
    int Attempts,
    DateTimeOffset At,
    string Reason)
{
    internal const string StoreKind = "deadletter";

    /// <summary>The identity that the activity had; replayed it has another.</summary>
    internal ActivityIdentity Identity { get; init; }

    /// <summary>What its calls are known by outside, replayed too; null for its identity.</summary>
    internal ActivityIdentity? Origin { get; init; }

    /// <summary>The results of calls that its attempts have made: replayed it does not make them again.</summary>
    internal ImmutableArray<JournalEntry> Journal { get; init; } = [];

    /// <summary>The user whom the channel vouched for; null when there was none.</summary>
    internal string? User { get; init; }

    internal string StoreKey => Storage.StoreKey.Create(Conversation.Bot, Conversation.Channel, StoreKind, Id);

    /// <summary>Whether it holds what a user has said, or what was said to him.</summary>
    internal bool IsOf(string user) => Kind is DeadLetterKind.Inbound
        ? (User ?? Membership.SenderOf(Activity)) == user
        : ActivityJson.Read(Activity.Span).Recipient?.Id == user;

    internal static DeadLetter Of(
        ConversationKey conversation, QueuedActivity queued, IEnumerable<JournalEntry> journal, string reason, DateTimeOffset now) => new(
        IdOf(conversation, queued.Identity.Bytes.Span), DeadLetterKind.Inbound, conversation, queued.Activity, queued.Attempts, now, reason)
        {
            Identity = queued.Identity,
            Origin = queued.Origin,
            Journal = [.. journal],
            User = queued.User,
        };

    internal static DeadLetter Of(ConversationKey conversation, OutboxRow row, string reason, DateTimeOffset now) => new(
        IdOf(conversation, [.. Encoding.UTF8.GetBytes($"row {row.Id} "), .. row.Activity.Span]),
        DeadLetterKind.Outbound,
        conversation,
        row.Activity,
        Attempts: 0,
        now,
        reason);

    /// <summary>How the ids of a conversation's dead letters begin.</summary>
    internal static string PrefixOf(ConversationKey conversation) => Hash(Encoding.UTF8.GetBytes(conversation.Id), bytes: 8);

    // A conversation's id may be longer than a key has room for. The same activity has the same id, whoever gives it up.
    private static string IdOf(ConversationKey conversation, ReadOnlySpan<byte> content) =>
        PrefixOf(conversation) + Hash([.. Encoding.UTF8.GetBytes(conversation.Id), 0, .. content], bytes: 16);

    private static string Hash(ReadOnlySpan<byte> content, int bytes) =>
        Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, bytes));
}
