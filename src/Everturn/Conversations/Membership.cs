using System.Collections.Immutable;
using Everturn.Activities;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Conversations;

/// <summary>Who has a part in a conversation, so that what it keeps of somebody can be found.</summary>
internal static class Membership
{
    /// <summary>The most members that a conversation remembers. The one who came first makes room.</summary>
    public const int Most = 256;

    private const string Bot = "bot";

    /// <summary>Who speaks in an activity: the user whom the channel vouches for, else the sender; null for the bot, and for the conversation itself.</summary>
    public static string? Of(InboundActivity inbound) => inbound.User ?? SenderOf(inbound.Activity);

    /// <summary>The members with one more; the very same ones when he is among them.</summary>
    public static ImmutableArray<string> With(this ImmutableArray<string> members, string? member) =>
        member is null || members.Contains(member, StringComparer.Ordinal) ? members
        : [.. members.Skip(Math.Max(0, members.Length + 1 - Most)), member];

    /// <summary>Whether the conversation keeps anything of a user.</summary>
    public static bool Concerns(this ConversationRecord record, UserKey user) =>
        record.Members.Contains(user.Id, StringComparer.Ordinal)
        || StoredState.Of(record.State, user.Id).Count > 0
        || record.Queue.Any(queued => queued.IsOf(user.Id))
        || record.Timers.Any(timer => timer.IsOf(user.Id))
        || record.Outbox.Any(row => row.User == user.ToStoreKey());

    /// <summary>Whether nobody else has a part in it.</summary>
    public static bool IsOnlyOf(this ConversationRecord record, string member) => record.Members is [var only] && only == member;

    public static bool IsOf(this QueuedActivity queued, string member) => (queued.User ?? SenderOf(queued.Activity)) == member;

    public static bool IsOf(this ConversationTimer timer, string member) => (timer.User ?? SenderOf(timer.Activity)) == member;

    /// <summary>The sender of an activity as JSON; null for the bot.</summary>
    public static string? SenderOf(ReadOnlyMemory<byte> activity) => SenderOf(ActivityJson.Read(activity.Span));

    private static string? SenderOf(Activity activity) =>
        activity.From is { Id: { Length: > 0 } id, Role: not Bot } && id != activity.Recipient?.Id && id != activity.Conversation?.Id ? id : null;
}
