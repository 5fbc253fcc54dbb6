namespace Everturn.Conversations;

/// <summary>Why an operation did not apply.</summary>
internal enum Refusal
{
    /// <summary>It did.</summary>
    None,

    /// <summary>Another turn was committed first: run again.</summary>
    RevisionMoved,

    /// <summary>A user's state was changed by another conversation first: run again.</summary>
    UserStateMoved,

    /// <summary>An activity of the operation is in the inbox, or in the queue already.</summary>
    Duplicate,

    /// <summary>The inbox is full of young activities.</summary>
    InboxFull,

    /// <summary>Too much waits for delivery.</summary>
    OutboxFull,

    /// <summary>Too much waits for its turn.</summary>
    QueueFull,

    /// <summary>Too many timers are scheduled.</summary>
    TimersFull,

    /// <summary>The lease is alive and another's, or was taken over.</summary>
    LeaseHeld,

    /// <summary>The activity is not in the queue, or another attempt was begun, or a call of it journaled, meanwhile.</summary>
    NotQueued,

    /// <summary>The conversation has not begun, or has ended.</summary>
    NoConversation,

    /// <summary>The conversation owes something, or was not silent for long enough, or has ended already.</summary>
    NotOver,
}
