using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Users;

namespace Everturn.Turns;

/// <summary>One run of one turn: the activity, the state it may change, and what it sends.</summary>
/// <remarks>Nothing sent leaves the node before the turn is committed. Not for use after the turn, or by two threads at once.</remarks>
public sealed class TurnContext
{
    private readonly TurnRun _run;
    private readonly IReadOnlyDictionary<string, ReadOnlyMemory<byte>> _stored;
    private readonly List<Outgoing> _replies = [];
    private readonly List<ScheduledActivity> _scheduled = [];
    private readonly List<RowId> _cancelled = [];
    private readonly List<TurnStream> _streams = [];
    private PrivateConversationState? _private;
    private UserState? _user;
    private IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? _userBefore;
    private InvokeResponse? _invokeResponse;
    private int _nextRow;
    private volatile bool _isOver;

    internal TurnContext(TurnRun run, Activity activity, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> state)
    {
        _run = run;
        _stored = state;
        _nextRow = run.FirstRow;
        Activity = activity;
        ConversationState = new(StoredState.Shared(state), run.Json);
    }

    /// <summary>The inbound activity: a copy of this run's own.</summary>
    public Activity Activity { get; }

    /// <summary>
    /// Whether a timer or <see cref="IConversations"/> began the turn. Otherwise a channel did, and its clients can send events of any name.
    /// </summary>
    public bool IsUnasked => _run.IsUnasked;

    /// <summary>The conversation's state; what is changed here is committed with the turn.</summary>
    public ConversationState ConversationState { get; }

    /// <summary>What the conversation keeps for this activity's sender alone; what is changed here is committed with the turn.</summary>
    /// <exception cref="InvalidOperationException">The activity names no sender (ET1031).</exception>
    public PrivateConversationState PrivateConversationState => _private ??= new(StoredState.Of(_stored, Member), _run.Json);

    /// <summary>Values for this run alone, never stored: for middleware and the bot's own parts.</summary>
    public IDictionary<string, object?> TempState { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);

    /// <summary>Which conversation this is.</summary>
    public ConversationKey Conversation => _run.Conversation;

    /// <summary>The revision that this turn becomes if it is committed; the conversation's first turn is 1.</summary>
    public long Revision => _run.Revision;

    /// <summary>Which run of this turn this is on this node, from 1. A turn runs again when another was committed first.</summary>
    public int Run => _run.Number;

    /// <summary>The services of this run.</summary>
    public IServiceProvider Services => _run.Services;

    /// <summary>Whether anything has been sent.</summary>
    public bool Responded => _replies.Exists(reply => reply.Action is RowAction.Send);

    /// <summary>The answer of an invoke activity; set by the bot.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Its status is none (ET1066).</exception>
    public InvokeResponse? InvokeResponse
    {
        get => _invokeResponse;
        set => _invokeResponse = value is null or { Status: >= 200 and <= 599 } ? value : throw new ArgumentOutOfRangeException(
            nameof(value), value.Status, $"ET1066: an invoke is answered with a status of 200 to 599, not with {value.Status}.");
    }

    /// <summary>The state that was changed in this turn, as it is to be stored.</summary>
    internal IReadOnlyDictionary<string, ReadOnlyMemory<byte>> StateNow => _private is null
        ? StoredState.Join(_stored, ConversationState.ToStored(), "", own: null)
        : StoredState.Join(_stored, ConversationState.ToStored(), Member, _private.ToStored());

    /// <summary>The user's state before the turn and now; null when nobody asked for it.</summary>
    internal (IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Before, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Now)? UserStateNow =>
        _user is null ? null : (_userBefore!, _user.ToStored());

    internal IReadOnlyList<Outgoing> Replies => _replies;

    internal IReadOnlyList<ScheduledActivity> Scheduled => _scheduled;

    internal IReadOnlyList<RowId> Cancelled => _cancelled;

    /// <summary>Sends a text when the turn is committed.</summary>
    /// <returns>The provisional id of the activity, for <see cref="UpdateActivityAsync"/> and <see cref="DeleteActivityAsync"/>, in this turn or a later one.</returns>
    public ValueTask<string> SendActivityAsync(string text, CancellationToken cancellationToken = default) =>
        SendActivityAsync(MessageFactory.Text(text), cancellationToken);

    /// <summary>
    /// Sends an activity when the turn is committed; a typing indicator at once, as <see cref="SendTypingAsync"/> does. It is
    /// addressed to the conversation of this turn unless it says otherwise. What counts is what it says now: the object stays the bot's.
    /// </summary>
    /// <returns>The provisional id of the activity; empty for a typing indicator.</returns>
    /// <exception cref="InvalidOperationException">It is too large (ET1002), or nests too deep (ET1017).</exception>
    public ValueTask<string> SendActivityAsync(Activity activity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(activity);
        cancellationToken.ThrowIfCancellationRequested();
        if (activity.Type == ActivityTypes.Typing)
        {
            return SendEphemeralAsync(activity, cancellationToken);
        }

        _replies.Add(new(RowAction.Send, Write(RowAction.Send, activity)));
        return new(_run.Earlier.NewId(NextRow(), _run.IsAnswered ? ProvisionalKind.Answer : ProvisionalKind.Row));
    }

    /// <summary>Replaces an activity that the bot has sent in this conversation, in this turn or an earlier one, when the turn is committed.</summary>
    /// <param name="activity">What is to be there from then on, whole. Its id names the earlier one: what sending that returned, or the channel's own.</param>
    /// <param name="cancellationToken">Checked before anything happens.</param>
    /// <exception cref="ArgumentException">It has no id, or is a typing indicator (ET1040).</exception>
    /// <exception cref="UnknownActivityException">There is no such activity, or it cannot be reached any more (ET1041 to ET1043).</exception>
    /// <exception cref="InvalidOperationException">It is too large (ET1002), or nests too deep (ET1017).</exception>
    public ValueTask UpdateActivityAsync(Activity activity, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(activity);
        if (activity.Type == ActivityTypes.Typing)
        {
            throw new ArgumentException("ET1040: a typing indicator cannot take the place of an activity.", nameof(activity));
        }

        return ChangeAsync(RowAction.Update, activity.Id, activity, cancellationToken);
    }

    /// <summary>Takes an activity back that the bot has sent in this conversation, when the turn is committed.</summary>
    /// <param name="activityId">What sending it returned, or the channel's own id.</param>
    /// <param name="cancellationToken">Checked before anything happens.</param>
    /// <exception cref="ArgumentException">The id is empty (ET1040).</exception>
    /// <exception cref="UnknownActivityException">There is no such activity, or it cannot be reached any more (ET1041 to ET1043).</exception>
    public ValueTask DeleteActivityAsync(string activityId, CancellationToken cancellationToken = default) =>
        ChangeAsync(RowAction.Delete, activityId, new Activity { Type = ActivityTypes.MessageDelete }, cancellationToken);

    /// <summary>
    /// Shows at once that the bot is writing. Not part of the turn: best effort, and it may be shown again by a re-run. Never in a turn
    /// whose replies leave in the answer (expectReplies).
    /// </summary>
    public async ValueTask SendTypingAsync(CancellationToken cancellationToken = default) =>
        await SendEphemeralAsync(new Activity { Type = ActivityTypes.Typing }, cancellationToken);

    /// <summary>
    /// Begins a message that is shown while it comes into being. One after the other: end or cancel it before the turn ends, and
    /// before the next one.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stream before it is still open, or the turn is over (ET1046).</exception>
    public TurnStream BeginStream()
    {
        if (_isOver || _streams is [.., { IsOpen: true }])
        {
            throw new InvalidOperationException("ET1046: the stream begun before is still open, or the turn is over. End or cancel it first.");
        }

        _streams.Add(new(this, new(_run.Steps.StreamKeyOf(_streams.Count), _run.Ephemerals)));
        return _streams[^1];
    }

    /// <summary>
    /// What is kept of this activity's user across all conversations on this channel; what is changed here takes effect with the turn.
    /// Costs a read; see docs/turn.md for what two conversations at once may expect.
    /// </summary>
    /// <exception cref="InvalidOperationException">The channel does not vouch for the user (ET1031).</exception>
    public async ValueTask<UserState> GetUserStateAsync(CancellationToken cancellationToken = default)
    {
        if (_user is null)
        {
            var user = _run.User ?? throw new InvalidOperationException(
                "ET1031: the channel does not vouch for the user of this activity, so there is no user state. On Direct Line give the user a token that names him.");
            ThrowIfOver();
            cancellationToken.ThrowIfCancellationRequested();
            _userBefore = await _run.Users.ReadAsync(user, _run.Over);
            _user = new(_userBefore, _run.Json);
        }

        return _user;
    }

    /// <summary>Makes an external call once for this turn, however often the turn runs.</summary>
    /// <remarks>
    /// The name stands for the call: a second step of the same name in one turn gets the first one's result. What the call
    /// throws is not remembered. Hand <see cref="IdempotencyKey"/> to the other side, so that it too can tell a repetition.
    /// </remarks>
    /// <param name="name">The step's name, 1 to 128 characters, unique within the turn.</param>
    /// <param name="call">Makes the call. Its result is kept as JSON that can be read back, at most 65,536 bytes.</param>
    /// <param name="durability">How long the result is remembered.</param>
    /// <param name="cancellationToken">Handed to the call.</param>
    /// <exception cref="InvalidOperationException">The result is too large (ET1023), makes the record too large (ET1003), or is no JSON that can be read back (ET1128).</exception>
    public async Task<T> OnceAsync<T>(
        string name,
        Func<CancellationToken, Task<T>> call,
        StepDurability durability = StepDurability.Durable,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        ThrowIfOver();
        StepResult.ThrowIfNeverKept<T>(name, _run.Json);
        return StepResult.Read<T>(name, await _run.Steps.OnceAsync(name, durability, CallAsync, _run.Deadline, _run.Over), _run.Json);

        async Task<ReadOnlyMemory<byte>> CallAsync() => StepResult.Write(name, await call(cancellationToken), _run.Json);
    }

    /// <summary>
    /// A key for the call of a step: the same on every node and in every run of this turn, replayed from dead letters too, another for
    /// any other turn or step. 32 hexadecimal digits.
    /// </summary>
    public string IdempotencyKey(string name) => _run.Steps.KeyOf(name);

    /// <summary>Begins a turn later, with an event activity of this name, if this turn is committed and nobody cancels it.</summary>
    /// <param name="delay">After how long, at the earliest; zero or less means soon.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="value">The event's value, kept as JSON.</param>
    /// <returns>The timer's id, for <see cref="CancelAsync"/>, in this turn or a later one. It is the event's id as well.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay ends after the year 9999 (ET1065).</exception>
    /// <exception cref="InvalidOperationException">The event is too large (ET1002), or nests too deep (ET1017).</exception>
    public ValueTask<string> ScheduleAsync<T>(TimeSpan delay, string name, T value)
    {
        var now = _run.Time.GetUtcNow();
        return delay <= DateTimeOffset.MaxValue - now
            ? ScheduleAsync(delay <= TimeSpan.Zero ? now : now + delay, name, value)
            : throw new ArgumentOutOfRangeException(nameof(delay), delay, "ET1065: the timer would be due after the year 9999. Schedule it nearer, or not at all.");
    }

    /// <summary>As the other overload, at a moment.</summary>
    /// <param name="due">When, at the earliest, by the nodes' clocks. It is the event's timestamp.</param>
    /// <param name="name">The event's name.</param>
    /// <param name="value">The event's value, kept as JSON.</param>
    public ValueTask<string> ScheduleAsync<T>(DateTimeOffset due, string name, T value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var row = new RowId(Revision, _scheduled.Count);
        var id = _run.Earlier.NewId(row, ProvisionalKind.Timer);
        var activity = new Activity
        {
            Type = ActivityTypes.Event,
            Id = id,
            Timestamp = due.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            Name = name,
            Value = JsonSerializer.SerializeToElement(value, _run.Json),
            ChannelId = Activity.ChannelId,
            ServiceUrl = Activity.ServiceUrl,
            Conversation = Activity.Conversation,
            From = Activity.From,
            Recipient = Activity.Recipient,
            Locale = Activity.Locale,
        };
        _scheduled.Add(new(row, due, OutgoingActivity.Write(activity, _run.MaxActivityBytes)));
        return new(id);
    }

    /// <summary>Cancels a timer when this turn is committed: from then on its turn does not happen, unless it is committed already.</summary>
    /// <param name="timer">The id that <see cref="ScheduleAsync{T}(TimeSpan, string, T)"/> returned.</param>
    /// <exception cref="ArgumentException">That is the id of no timer of this conversation (ET1064).</exception>
    public ValueTask CancelAsync(string timer)
    {
        _cancelled.Add(_run.Earlier.FindTimer(timer, next: new(Revision, _scheduled.Count)));
        return default;
    }

    private string Member => _run.User?.Id ?? Activity.From?.Id ?? throw new InvalidOperationException(
        "ET1031: the activity names no sender, so there is no private state. Look at From before you ask for it.");

    internal void ThrowIfStreamIsOpen()
    {
        if (_streams is [.., { IsOpen: true }])
        {
            throw new InvalidOperationException(
                "ET1045: the bot returned without ending its stream, so that what it has shown would be lost. Call EndAsync, or CancelAsync when there is nothing to say.");
        }
    }

    /// <summary>The run is over: nothing leaves at once any more.</summary>
    private void ThrowIfOver()
    {
        if (_isOver)
        {
            throw new InvalidOperationException("ET1069: the turn is over; what is done in its name now reaches nobody. Await what the turn begins, and heed its token.");
        }
    }

    internal async Task CloseAsync()
    {
        _isOver = true;
        TurnStream[] streams = [.. _streams];
        foreach (var stream in streams)
        {
            await stream.CloseAsync();
        }

        _run.Ephemerals.RunEnded(streams.Select(stream => stream.CommittedKey).OfType<string>());
    }

    /// <summary>All that the turn sends. The message of a stream takes the place of what was shown of it.</summary>
    internal IReadOnlyList<Outgoing> Finish()
    {
        foreach (var stream in _streams)
        {
            if (stream.Final is var (place, message))
            {
                _replies[place] = new(RowAction.Send, Write(RowAction.Send, message));
            }
        }

        return _replies;
    }

    private ValueTask ChangeAsync(RowAction action, string? id, Activity activity, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (string.IsNullOrEmpty(id))
        {
            throw new ArgumentException("ET1040: to change an activity takes its id: what sending it returned, or the channel's own.", nameof(id));
        }

        var first = new RowId(Revision, _run.FirstRow);
        if (_run.Earlier.PlaceInAnswer(id, first) is { } place && place < _replies.Count && _replies[place].Action is RowAction.Send)
        {
            // It has not left yet, and cannot be told from the others when it has.
            _replies[place] = action is RowAction.Update ? new(RowAction.Send, Write(RowAction.Send, activity)) : new(RowAction.Delete, []);
        }
        else
        {
            var target = _run.Earlier.Find(id, first, IsSentHere, _run.TakesOurIds);
            _replies.Add(new(action, Write(action, activity, target), target));
            _nextRow++;
        }

        return default;

        bool IsSentHere(RowId row) =>
            row.Revision == Revision && !_run.IsAnswered && row.Index - _run.FirstRow < _replies.Count && _replies[row.Index - _run.FirstRow].Action is RowAction.Send;
    }

    private byte[] Write(RowAction action, Activity activity, ChangeTarget target = default) =>
        OutgoingActivity.Write(OutgoingActivity.Address(action, activity, target, Activity, IsUnasked), _run.MaxActivityBytes);

    private RowId NextRow() => new(Revision, _nextRow++);

    private async ValueTask<string> SendEphemeralAsync(Activity activity, CancellationToken cancellationToken)
    {
        if (!_isOver && !_run.IsAnswered)
        {
            await _run.Ephemerals.SendAsync(activity, cancellationToken);
        }

        return "";
    }
}
