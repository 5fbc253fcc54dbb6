using Everturn.Activities;

namespace Everturn.Conversations;

/// <summary>Speaks in conversations unasked: from a web hook, a job, or a turn of another conversation.</summary>
/// <remarks>
/// <para>
/// Each call has an idempotency key, which the caller chooses and repeats when it repeats the call. The same key for the same kind of call
/// in the same conversation takes effect once, on whichever nodes, as long as the inbox remembers
/// (<see cref="Hosting.EverturnOptions.InboxRetention"/>); after that it is another call.
/// </para>
/// <para>
/// A call takes effect at once, whatever becomes of the turn that makes it: in a turn wrap it into <c>turn.OnceAsync</c>, with
/// <c>turn.IdempotencyKey</c> as its key. It may be the turn of the same conversation.
/// </para>
/// </remarks>
public interface IConversations
{
    /// <summary>Begins a turn with an event activity named <c>ContinueConversation</c>, as Bot Framework names it.</summary>
    /// <param name="reference">Where: from an activity of the conversation, by <c>GetConversationReference</c>.</param>
    /// <param name="idempotencyKey">1 to 256 characters.</param>
    /// <param name="cancellationToken">Stops the wait; the call may take effect all the same.</param>
    /// <exception cref="ArgumentException">The key (ET1047) or the reference (ET1048) cannot be one.</exception>
    /// <exception cref="ConversationUnavailableException">Nobody knows whether it took effect (ET1049), or too much waits there (ET1050). Repeat it with the same key.</exception>
    Task<Acceptance> ContinueAsync(ConversationReference reference, string idempotencyKey, CancellationToken cancellationToken = default);

    /// <summary>
    /// Begins a turn with an event activity, from the user to the bot, through the conversation's queue: behind what waits there, for any kind of bot.
    /// The channel does not vouch for the user of a reference, so the turn has no user state.
    /// </summary>
    /// <param name="reference">Where.</param>
    /// <param name="idempotencyKey">1 to 256 characters.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="value">The event's value, kept as JSON.</param>
    /// <param name="cancellationToken">Stops the wait; the call may take effect all the same.</param>
    /// <exception cref="ArgumentException">The key (ET1047) or the reference (ET1048) cannot be one.</exception>
    /// <exception cref="InvalidOperationException">The value makes the activity too large (ET1002), or nests too deep (ET1017).</exception>
    /// <exception cref="ConversationUnavailableException">Nobody knows whether it took effect (ET1049), or too much waits there (ET1050). Repeat it with the same key.</exception>
    Task<Acceptance> ContinueAsync<T>(
        ConversationReference reference, string idempotencyKey, string name, T value, CancellationToken cancellationToken = default);

    /// <summary>Sends an activity without a turn: it is committed to the outbox, and delivered in order behind what waits there.</summary>
    /// <param name="reference">Where.</param>
    /// <param name="idempotencyKey">1 to 256 characters.</param>
    /// <param name="activity">What to say; it is addressed by the reference, and not changed.</param>
    /// <param name="cancellationToken">Stops the wait; the call may take effect all the same.</param>
    /// <exception cref="ArgumentException">The key (ET1047) or the reference (ET1048) cannot be one.</exception>
    /// <exception cref="InvalidOperationException">The activity is too large (ET1002), or nests too deep (ET1017).</exception>
    /// <exception cref="ConversationUnavailableException">Nobody knows whether it took effect (ET1049), or too much waits there (ET1050). Repeat it with the same key.</exception>
    Task<Acceptance> SendAsync(ConversationReference reference, string idempotencyKey, Activity activity, CancellationToken cancellationToken = default);
}
