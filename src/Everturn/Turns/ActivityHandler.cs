using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>A bot with one method for each kind of activity. Override those that matter; the others do nothing.</summary>
/// <remarks>
/// The names are those of the Bot Framework. One thing differs: a conversation update that both adds and removes
/// members calls both handlers.
/// </remarks>
public abstract class ActivityHandler : IBot
{
    /// <inheritdoc />
    public virtual Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.Activity.Type switch
        {
            ActivityTypes.Message => OnMessageActivityAsync(turn, cancellationToken),
            ActivityTypes.MessageUpdate => OnMessageUpdateActivityAsync(turn, cancellationToken),
            ActivityTypes.MessageDelete => OnMessageDeleteActivityAsync(turn, cancellationToken),
            ActivityTypes.ConversationUpdate => OnConversationUpdateActivityAsync(turn, cancellationToken),
            ActivityTypes.MessageReaction => OnMessageReactionActivityAsync(turn, cancellationToken),
            ActivityTypes.Event => OnEventActivityAsync(turn, cancellationToken),
            ActivityTypes.Invoke => AnswerInvokeAsync(turn, cancellationToken),
            ActivityTypes.EndOfConversation => OnEndOfConversationActivityAsync(turn, cancellationToken),
            ActivityTypes.Typing => OnTypingActivityAsync(turn, cancellationToken),
            ActivityTypes.InstallationUpdate => OnInstallationUpdateActivityAsync(turn, cancellationToken),
            ActivityTypes.Command => OnCommandActivityAsync(turn, cancellationToken),
            ActivityTypes.CommandResult => OnCommandResultActivityAsync(turn, cancellationToken),
            _ => OnUnrecognizedActivityTypeAsync(turn, cancellationToken),
        };
    }

    /// <summary>A message came.</summary>
    protected virtual Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An earlier message was revised; the activity is the whole new message under the old id.</summary>
    protected virtual Task OnMessageUpdateActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An earlier message was deleted; the activity has its id.</summary>
    protected virtual Task OnMessageDeleteActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Members or topic changed. Calls <see cref="OnMembersAddedAsync"/> and <see cref="OnMembersRemovedAsync"/>, each
    /// with the whole list, if anyone other than the bot itself (the activity's recipient) is in it.
    /// </summary>
    protected virtual async Task OnConversationUpdateActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var activity = turn.Activity;
        if (HasOthersThan(activity.Recipient, activity.MembersAdded))
        {
            await OnMembersAddedAsync(activity.MembersAdded!, turn, cancellationToken);
        }

        if (HasOthersThan(activity.Recipient, activity.MembersRemoved))
        {
            await OnMembersRemovedAsync(activity.MembersRemoved!, turn, cancellationToken);
        }
    }

    /// <summary>Members joined.</summary>
    /// <param name="membersAdded">All who joined, the bot itself included: greet only those whose id is not the recipient's.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="cancellationToken">Cancelled when the turn is given up.</param>
    protected virtual Task OnMembersAddedAsync(
        IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Members left.</summary>
    /// <param name="membersRemoved">All who left, the bot itself included.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="cancellationToken">Cancelled when the turn is given up.</param>
    protected virtual Task OnMembersRemovedAsync(
        IReadOnlyList<ChannelAccount> membersRemoved, TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reactions to a message changed. Calls <see cref="OnReactionsAddedAsync"/>, then <see cref="OnReactionsRemovedAsync"/>.</summary>
    protected virtual async Task OnMessageReactionActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        if (turn.Activity.ReactionsAdded is { Count: > 0 } added)
        {
            await OnReactionsAddedAsync(added, turn, cancellationToken);
        }

        if (turn.Activity.ReactionsRemoved is { Count: > 0 } removed)
        {
            await OnReactionsRemovedAsync(removed, turn, cancellationToken);
        }
    }

    /// <summary>Reactions were set; the activity's <c>replyToId</c> names the message.</summary>
    protected virtual Task OnReactionsAddedAsync(
        IReadOnlyList<MessageReaction> messageReactions, TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Reactions were taken back; the activity's <c>replyToId</c> names the message.</summary>
    protected virtual Task OnReactionsRemovedAsync(
        IReadOnlyList<MessageReaction> messageReactions, TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// An event came. Calls <see cref="OnTokenResponseEventAsync"/> for the event <c>tokens/response</c> and
    /// <see cref="OnEventAsync"/> for all others.
    /// </summary>
    protected virtual Task OnEventActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.Activity.Name == "tokens/response"
            ? OnTokenResponseEventAsync(turn, cancellationToken)
            : OnEventAsync(turn, cancellationToken);
    }

    /// <summary>A user signed in; the activity's value holds the token.</summary>
    protected virtual Task OnTokenResponseEventAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An event of any name came.</summary>
    protected virtual Task OnEventAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An invoke came, which wants an answer.</summary>
    /// <returns>
    /// The answer, by default status 501 (no handler). Null leaves the answer to what was set in
    /// <see cref="TurnContext.InvokeResponse"/>, which also wins over what is returned.
    /// </returns>
    protected virtual Task<InvokeResponse?> OnInvokeActivityAsync(TurnContext turn, CancellationToken cancellationToken) =>
        Task.FromResult<InvokeResponse?>(new InvokeResponse(501));

    /// <summary>The other side ended the conversation.</summary>
    protected virtual Task OnEndOfConversationActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The other side is writing.</summary>
    protected virtual Task OnTypingActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The bot was installed or removed. Calls <see cref="OnInstallationUpdateAddAsync"/> or
    /// <see cref="OnInstallationUpdateRemoveAsync"/>; upgrades count as the action that they upgrade.
    /// </summary>
    protected virtual Task OnInstallationUpdateActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        return turn.Activity.Action switch
        {
            "add" or "add-upgrade" => OnInstallationUpdateAddAsync(turn, cancellationToken),
            "remove" or "remove-upgrade" => OnInstallationUpdateRemoveAsync(turn, cancellationToken),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>The bot was installed.</summary>
    protected virtual Task OnInstallationUpdateAddAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The bot was removed.</summary>
    protected virtual Task OnInstallationUpdateRemoveAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A command came; it is answered by sending a command result of the same name.</summary>
    protected virtual Task OnCommandActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>The result of a command came.</summary>
    protected virtual Task OnCommandResultActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>An activity of another type came.</summary>
    protected virtual Task OnUnrecognizedActivityTypeAsync(TurnContext turn, CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task AnswerInvokeAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var response = await OnInvokeActivityAsync(turn, cancellationToken);
        turn.InvokeResponse ??= response;
    }

    private static bool HasOthersThan(ChannelAccount? bot, List<ChannelAccount>? members) =>
        members is not null && members.Exists(member => member.Id != bot?.Id);
}
