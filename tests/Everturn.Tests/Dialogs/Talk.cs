using System.Globalization;
using System.Text;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

/// <summary>A user talking with a dialog, each message to the other of two nodes: so that nothing lives but what is stored.</summary>
internal sealed class Talk : IAsyncDisposable
{
    private readonly FaultyStore _store = new();
    private readonly TestNode[] _nodes;
    private int _sent;

    public Talk(Dialog root, BrokenStackPolicy onBrokenStack = BrokenStackPolicy.Restart, TimeProvider? time = null)
    {
        Root = root;
        _nodes = [NewNode("a"), NewNode("b")];

        TestNode NewNode(string name) => new(
            _store,
            Channel,
            async (turn, token) =>
            {
                if (turn.Activity.Type != ActivityTypes.Event || FlowTimer.Is(turn.Activity))
                {
                    Result = await Root.RunAsync(turn, onBrokenStack: onBrokenStack, cancellationToken: token);
                    State = turn.ConversationState.ToStored().TryGetValue("dialogs", out var json) ? Encoding.UTF8.GetString(json.Span) : "";
                    foreach (var stored in turn.ConversationState.ToStored())
                    {
                        Values[stored.Key] = Encoding.UTF8.GetString(stored.Value.Span);
                    }
                }
            },
            options =>
            {
                options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
                options.LeaseDuration = TimeSpan.FromMilliseconds(300);
            },
            name: name,
            time: time);
    }

    /// <summary>The code of the bot: a test may change it between two messages.</summary>
    public Dialog Root { get; set; }

    public RecordingChannel Channel { get; } = new();

    /// <summary>What the last run of the dialogs came to.</summary>
    public DialogTurnResult? Result { get; private set; }

    /// <summary>The stack as that run left it.</summary>
    public string State { get; private set; } = "";

    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Says something; returns the replies.</summary>
    public async Task<string[]> SayAsync(string text, string? locale = null) =>
        [.. (await SendAsync(Message(text, locale))).Select(reply => reply.Text ?? "")];

    public Activity Message(string? text, string? locale = null)
    {
        var activity = TestNode.Message(text ?? "").Activity;
        activity.Id = null;
        activity.Text = text;
        activity.Locale = locale;
        return activity;
    }

    public async Task<Activity[]> SendAsync(Activity activity)
    {
        var outcome = await PostAsync(activity);
        if (outcome is TurnOutcome.Failed(var exception))
        {
            throw exception;
        }

        var answer = Assert.IsType<TurnOutcome.Committed>(outcome).Answer!;
        using var body = JsonDocument.Parse(answer.Body);
        return [.. body.RootElement.GetProperty("activities").EnumerateArray().Select(reply => ActivityJson.Read(Encoding.UTF8.GetBytes(reply.GetRawText())))];
    }

    /// <summary>Says something on which the turn fails; returns the exception.</summary>
    public async Task<Exception> FailAsync(string text) => Assert.IsType<TurnOutcome.Failed>(await PostAsync(Message(text))).Exception;

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }
    }

    private Task<TurnOutcome> PostAsync(Activity activity)
    {
        _sent++;
        activity.Id ??= _sent.ToString(CultureInfo.InvariantCulture);
        activity.DeliveryMode = DeliveryModes.ExpectReplies;
        return _nodes[_sent % 2].Engine.ProcessAsync(TestNode.Inbound(activity) with { IsUnasked = FlowTimer.Is(activity) }, CancellationToken.None).AsTask();
    }
}
