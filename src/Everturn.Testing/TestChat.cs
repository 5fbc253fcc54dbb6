using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Testing.Bots;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Testing;

/// <summary>What one user says and sees in one conversation with the bot.</summary>
public class TestChat
{
    private const string BotId = "bot";

    private readonly Transcript _transcript;

    private protected TestChat(TestWorld world, string conversation, string user)
    {
        World = world;
        _transcript = world.Channel.In(conversation);
        User = user;
    }

    /// <summary>The conversation's id.</summary>
    public string ConversationId => _transcript.Conversation;

    /// <summary>The user's id.</summary>
    public string User { get; }

    /// <summary>All that the bot has said in this conversation, in order.</summary>
    public IReadOnlyList<Activity> Replies => _transcript.Replies;

    /// <summary>How often the bot has shown in this conversation that it is writing.</summary>
    public int TypingCount => _transcript.Typing;

    /// <summary>What the bot has shown in this conversation of streamed messages before they were committed, in order.</summary>
    public IReadOnlyList<string> Previews => _transcript.Previews;

    private protected TestWorld World { get; }

    private IReadOnlyDictionary<string, ReadOnlyMemory<byte>> State =>
        World.Store.Find(new ConversationKey(World.Current.Context.Options.Bot, World.Options.ChannelId, ConversationId).ToStoreKey()) is { } document
            ? RecordFormat.Read(document.Content).State
            : new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);

    /// <summary>The same conversation as another user sees it.</summary>
    public TestChat As(string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return new(World, ConversationId, user);
    }

    /// <summary>Says a text and waits until its turn is committed, or queued.</summary>
    public Task SendAsync(string text) => SendAsync(MessageFactory.Text(text));

    /// <summary>Sends an activity and waits until its turn is committed, or queued. What it leaves open is filled in.</summary>
    /// <exception cref="TestBotException">The bot threw, or nothing was committed.</exception>
    public async Task SendAsync(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        await PostAsync(Copy(activity));
    }

    /// <summary>Presses a button: of the bot's last message, or of any card.</summary>
    /// <param name="title">What the button says.</param>
    /// <param name="inputs">
    /// What was entered into the Adaptive Card, for instance <c>new { size = 30 }</c>. The inputs that are not named here are sent as the card
    /// fills them in.
    /// </param>
    /// <param name="of">The activity with the button. Default: the latest that has it.</param>
    /// <returns>The bot's answer to an <c>Action.Execute</c>; null for any other button.</returns>
    /// <exception cref="TestBotException">The user sees no such button, or it sends nothing to the bot.</exception>
    public async Task<InvokeResponse?> PressAsync(string title, object? inputs = null, Activity? of = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(title);
        var last = Replies.LastOrDefault(reply => reply.Type == ActivityTypes.Message);
        Activity[] places = of is null ? [.. Replies.Reverse()] : [of];
        var buttons = places.SelectMany(reply => Buttons.Of(reply, ReferenceEquals(reply, last))).ToArray();
        var activity = Array.Find(buttons, button => button.Title == title)?.Press(ToJson(inputs) is { } entered ? JsonObject.Create(entered) : null);
        if (activity is null)
        {
            throw new TestBotException(
                $"ET8008: the user sees no button \"{title}\" that sends something to the bot. There {(buttons.Length == 0 ? "are none" : $"are {string.Join(", ", buttons.Select(button => $"\"{button.Title}\""))}")}. {Story.Of(_transcript)}");
        }

        var answer = await PostAsync(activity);
        return activity.Type == ActivityTypes.Invoke ? ToResponse(answer!) : null;
    }

    /// <summary>Sends an event.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="value">Its value, made JSON; null for none.</param>
    public Task SendEventAsync(string name, object? value = null) =>
        SendAsync(new Activity { Type = ActivityTypes.Event, Name = name, Value = ToJson(value) });

    /// <summary>Tells the bot that members have joined.</summary>
    /// <param name="users">Their ids; none for this user.</param>
    public Task AddMembersAsync(params string[] users)
    {
        ArgumentNullException.ThrowIfNull(users);
        return SendAsync(new Activity
        {
            Type = ActivityTypes.ConversationUpdate,
            MembersAdded = [.. (users.Length == 0 ? [User] : users).Select(user => new ChannelAccount { Id = user, Name = user })],
        });
    }

    /// <summary>Sends an invoke.</summary>
    /// <param name="name">The invoke's name.</param>
    /// <param name="value">Its value, made JSON; null for none.</param>
    /// <returns>The bot's answer.</returns>
    public async Task<InvokeResponse> InvokeAsync(string name, object? value = null) =>
        ToResponse((await PostAsync(new Activity { Type = ActivityTypes.Invoke, Name = name, Value = ToJson(value) }))!);

    /// <summary>Says a text with the delivery mode <c>expectReplies</c>.</summary>
    /// <returns>The replies, which come in the answer.</returns>
    public Task<IReadOnlyList<Activity>> SendExpectingRepliesAsync(string text) => SendExpectingRepliesAsync(MessageFactory.Text(text));

    /// <summary>Sends an activity with the delivery mode <c>expectReplies</c>.</summary>
    /// <returns>The replies, which come in the answer.</returns>
    public async Task<IReadOnlyList<Activity>> SendExpectingRepliesAsync(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        var copy = Copy(activity);
        copy.DeliveryMode = DeliveryModes.ExpectReplies;
        var answer = await PostAsync(copy);
        using var body = JsonDocument.Parse(answer!.Body);
        return [.. body.RootElement.GetProperty("activities").EnumerateArray().Select(reply => ActivityJson.Read(Encoding.UTF8.GetBytes(reply.GetRawText())))];
    }

    /// <summary>Expects that the next thing the bot says in this conversation is a message of this text.</summary>
    /// <returns>The activity.</returns>
    /// <exception cref="TestBotException">It said something else, or nothing within the <see cref="TestBotOptions.Patience"/> of the test.</exception>
    public Task<Activity> ExpectAsync(string text) =>
        ExpectAsync(reply => reply.Type == ActivityTypes.Message && reply.Text == text, $"\"{text}\"");

    /// <summary>Expects that the bot says something in this conversation.</summary>
    /// <returns>The activity.</returns>
    public Task<Activity> ExpectAsync() => ExpectAsync(_ => true, "something");

    /// <summary>Expects that the next thing the bot says in this conversation is as described.</summary>
    /// <param name="isExpected">Whether it is.</param>
    /// <param name="description">What is expected, for the message of a failure.</param>
    /// <returns>The activity.</returns>
    public async Task<Activity> ExpectAsync(Func<Activity, bool> isExpected, string description)
    {
        ArgumentNullException.ThrowIfNull(isExpected);
        if (!_transcript.HasNews && !await World.WaitAsync(() => _transcript.HasNews))
        {
            throw new TestBotException(
                $"ET8002: expected the bot to say\n  {description}\nbut it said nothing within {World.Options.Patience.TotalSeconds:0.#} s of virtual time. {Story.Of(_transcript)}{World.Log.Errors(5)}");
        }

        var reply = _transcript.ReadNext();
        if (!isExpected(reply))
        {
            throw new TestBotException($"ET8002: expected the bot to say\n  {description}\nbut it said\n  {Story.Of(reply)}\n{Story.Of(_transcript)}{World.Log.Errors(5)}");
        }

        ThrowIfMissed();
        return reply;
    }

    /// <summary>Expects that the bot has said nothing more in this conversation, owes nothing any more, and has given no turn up.</summary>
    /// <exception cref="TestBotException">It has; of turns that went to dead letters: unless the test has listed these.</exception>
    public async Task ExpectNothingMoreAsync()
    {
        var isQuiet = await World.WaitAsync(() => _transcript.HasNews || !World.IsAnythingOwed);
        if (_transcript.HasNews)
        {
            throw new TestBotException($"ET8002: expected the bot to say nothing more, but it said\n  {string.Join("\n  ", _transcript.News.Select(Story.Of))}\n{Story.Of(_transcript)}");
        }

        if (!isQuiet)
        {
            throw new TestBotException(
                $"ET8004: the bot still has something to do after {World.Options.Patience.TotalSeconds:0.#} s of virtual time. {Story.Of(_transcript)}{World.Log.Errors(5)}");
        }

        if (World.Store.GivenUp is { } letter)
        {
            throw new TestBotException(
                $"ET8005: the turn of {Story.Of(ActivityJson.Read(letter.Activity.Span))} went to dead letters after {letter.Attempts} attempts: {letter.Reason}. A test that means it to lists them by IDeadLetters. {Story.Of(_transcript)}");
        }

        ThrowIfMissed();
    }

    /// <summary>What the conversation's state holds under a name; the type's default when nothing.</summary>
    public T? GetState<T>(string name) => Value<T>(StoredState.Shared(State), name);

    /// <summary>What the conversation's state holds for this user alone under a name; the type's default when nothing.</summary>
    public T? GetPrivateState<T>(string name) => Value<T>(StoredState.Of(State, User), name);

    /// <summary>What is kept of this user across conversations under a name; the type's default when nothing.</summary>
    public T? GetUserState<T>(string name)
    {
        var key = new UserKey(World.Current.Context.Options.Bot, World.Options.ChannelId, User).ToStoreKey();
        return World.Store.Find(key) is { } document ? Value<T>(UserRecordFormat.Read(document.Content).State, name) : default;
    }

    private protected TestChat Chat(string conversation, string user) => new(World, conversation, user);

    // The test may send its object again.
    private static Activity Copy(Activity activity) => ActivityJson.Read(ActivityJson.Write(activity));

    private static InvokeResponse ToResponse(TurnAnswer answer) =>
        new(answer.Status, answer.Body.IsEmpty ? null : JsonSerializer.Deserialize<JsonElement>(answer.Body.Span));

    private static T? Value<T>(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> state, string name) =>
        state.TryGetValue(name, out var json) ? JsonSerializer.Deserialize<T>(json.Span, JsonSerializerOptions.Web) : default;

    private static JsonElement? ToJson(object? value) =>
        value is null ? null : JsonSerializer.SerializeToElement(value, value.GetType(), JsonSerializerOptions.Web);

    private async Task<TurnAnswer?> PostAsync(Activity activity)
    {
        Address(activity);
        var json = ActivityJson.Write(activity);
        _transcript.Said(ActivityJson.Read(json));
        var inbound = new InboundActivity(json, ActivityJson.Read(json)) { User = World.Options.VouchesForUsers ? activity.From!.Id : null };
        switch (await World.SendAsync(inbound))
        {
            case TurnOutcome.Committed(var answer, _):
                return answer;
            case TurnOutcome.Queued:
                return null;
            case TurnOutcome.Failed(TestBotException failure):
                throw failure;
            case TurnOutcome.Failed(var exception):
                throw new TestBotException($"ET8005: the bot threw in the turn of {Story.Of(activity)}, and nothing was committed. {exception.GetType().Name}: {exception.Message}", exception);
            case TurnOutcome.Unavailable(var reason, _):
                throw new TestBotException($"ET8006: the turn of {Story.Of(activity)} was not committed. {reason}");
            case TurnOutcome.Refused(var reason):
                throw new TestBotException($"ET8006: {Story.Of(activity)} was refused. {reason}");
            default:
                throw new InvalidOperationException("No other outcome is known.");
        }
    }

    private void Address(Activity activity)
    {
        activity.Type ??= ActivityTypes.Message;
        activity.Id ??= string.Create(CultureInfo.InvariantCulture, $"activity-{World.NextNumber()}");
        activity.Timestamp ??= World.Now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
        activity.ChannelId ??= World.Options.ChannelId;
        activity.ServiceUrl ??= "test:service";
        activity.Conversation ??= new() { Id = ConversationId };
        activity.From ??= new() { Id = User, Name = User };
        activity.Recipient ??= new() { Id = BotId, Name = BotId };
        activity.Locale ??= World.Options.Locale;
    }

    private void ThrowIfMissed()
    {
        if (World.Faults.Missed() is { } fault)
        {
            throw new TestBotException($"ET8007: {fault} has not happened: no turn since has come to that moment. {Story.Of(_transcript)}");
        }
    }
}
