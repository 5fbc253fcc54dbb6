namespace Everturn.Conversations;

/// <summary>What became of a call of <see cref="IConversations"/>.</summary>
public enum Acceptance
{
    /// <summary>It is committed, and happens.</summary>
    Accepted,

    /// <summary>A call with this key had been accepted before; this one did nothing. After trouble with the store that may have been this very call.</summary>
    AlreadyAccepted,

    /// <summary>The bot knows no such conversation: it never had a turn there, or the conversation has expired or was erased. Nothing happens.</summary>
    UnknownConversation,
}
