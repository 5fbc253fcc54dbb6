using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>An activity that reached this node, authenticated and well-formed, before its turn.</summary>
/// <param name="Json">The activity as UTF-8 JSON. Each run of the bot reads a fresh copy from it.</param>
/// <param name="Activity">The same activity, parsed; read by the engine alone.</param>
public sealed record InboundActivity(ReadOnlyMemory<byte> Json, Activity Activity)
{
    /// <summary>
    /// Whether the channel shows the activity to the conversation by way of the outbox, just before the turn's replies
    /// (the embedded channel does; others show it themselves).
    /// </summary>
    public bool Echo { get; init; }

    /// <summary>An id of the request that brought it, equal when the request is repeated; identifies an activity that has no id.</summary>
    public string? RequestId { get; init; }

    /// <summary>The id of the user, when the channel vouches for it; null otherwise. It decides whose <see cref="Users.UserState"/> the turn sees.</summary>
    public string? User { get; init; }

    /// <summary>Whether no channel brought it: a timer or <see cref="Conversations.IConversations"/> begins the turn.</summary>
    internal bool IsUnasked { get; init; }
}
