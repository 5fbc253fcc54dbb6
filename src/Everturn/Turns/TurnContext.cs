using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Turns;

/// <summary>One run of one turn: the activity, the state it may change, and what it sends.</summary>
/// <remarks>Nothing sent leaves the node before the turn is committed. Not for use after the turn, or by two threads at once.</remarks>
public sealed class TurnContext
{
    private readonly Func<Activity, CancellationToken, ValueTask> _sendEphemeral;
    private readonly List<Activity> _replies = [];
    private readonly long _revision;
    private int _nextRow;

    internal TurnContext(
        ConversationKey conversation,
        Activity activity,
        ConversationState state,
        long revision,
        int firstRow,
        int run,
        IServiceProvider services,
        Func<Activity, CancellationToken, ValueTask> sendEphemeral)
    {
        Conversation = conversation;
        Activity = activity;
        ConversationState = state;
        _revision = revision;
        _nextRow = firstRow;
        Run = run;
        Services = services;
        _sendEphemeral = sendEphemeral;
    }

    /// <summary>The inbound activity: a copy of this run's own.</summary>
    public Activity Activity { get; }

    /// <summary>The conversation's state; what is changed here is committed with the turn.</summary>
    public ConversationState ConversationState { get; }

    /// <summary>Which conversation this is.</summary>
    public ConversationKey Conversation { get; }

    /// <summary>The revision that this turn becomes if it is committed; the conversation's first turn is 1.</summary>
    public long Revision => _revision;

    /// <summary>Which run of this turn this is on this node, from 1. A turn runs again when another was committed first.</summary>
    public int Run { get; }

    /// <summary>The services of this run.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Whether anything has been sent.</summary>
    public bool Responded => _replies.Count > 0;

    /// <summary>The answer of an invoke activity; set by the bot.</summary>
    public InvokeResponse? InvokeResponse { get; set; }

    internal IReadOnlyList<Activity> Replies => _replies;

    /// <summary>Sends a text when the turn is committed.</summary>
    /// <returns>The provisional id of the activity.</returns>
    public ValueTask<string> SendActivityAsync(string text, CancellationToken cancellationToken = default) =>
        SendActivityAsync(MessageFactory.Text(text), cancellationToken);

    /// <summary>
    /// Sends an activity when the turn is committed; a typing indicator at once, as <see cref="SendTypingAsync"/> does. It is
    /// addressed to the conversation of this turn unless it says otherwise.
    /// </summary>
    /// <returns>The provisional id of the activity; empty for a typing indicator.</returns>
    public ValueTask<string> SendActivityAsync(Activity activity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(activity);
        cancellationToken.ThrowIfCancellationRequested();
        if (activity.Type == ActivityTypes.Typing)
        {
            return SendEphemeralAsync(activity, cancellationToken);
        }

        _replies.Add(activity);
        return new(new RowId(_revision, _nextRow++).ToString());
    }

    /// <summary>Shows at once that the bot is writing. Not part of the turn: best effort, and it may be shown again by a re-run.</summary>
    public ValueTask SendTypingAsync(CancellationToken cancellationToken = default) =>
        _sendEphemeral(new Activity { Type = ActivityTypes.Typing }, cancellationToken);

    private async ValueTask<string> SendEphemeralAsync(Activity activity, CancellationToken cancellationToken)
    {
        await _sendEphemeral(activity, cancellationToken);
        return "";
    }
}
