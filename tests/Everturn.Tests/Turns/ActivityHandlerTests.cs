using System.Text;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Turns;

namespace Everturn.Tests.Turns;

public sealed class ActivityHandlerTests
{
    [Theory]
    [InlineData("message", "Message")]
    [InlineData("messageUpdate", "MessageUpdate")]
    [InlineData("messageDelete", "MessageDelete")]
    [InlineData("endOfConversation", "EndOfConversation")]
    [InlineData("typing", "Typing")]
    [InlineData("command", "Command")]
    [InlineData("commandResult", "CommandResult")]
    [InlineData("handoff", "Unrecognized")]
    [InlineData("trace", "Unrecognized")]
    [InlineData("somethingNew", "Unrecognized")]
    [InlineData("Message", "Unrecognized")]
    public async Task Activity_of_a_type_reaches_its_handler_alone(string type, string handler) =>
        Assert.Equal([handler], (await RunAsync($$"""{"type":"{{type}}"}""")).Calls);

    [Theory]
    [InlineData("""{"name":"tokens/response"}""", "TokenResponse")]
    [InlineData("""{"name":"other"}""", "Event")]
    [InlineData("""{}""", "Event")]
    public async Task Event_is_dispatched_by_its_name(string members, string handler) =>
        Assert.Equal([handler], (await RunAsync(Merge("event", members))).Calls);

    [Theory]
    [InlineData("""{"action":"add"}""", "InstallationAdd")]
    [InlineData("""{"action":"add-upgrade"}""", "InstallationAdd")]
    [InlineData("""{"action":"remove"}""", "InstallationRemove")]
    [InlineData("""{"action":"remove-upgrade"}""", "InstallationRemove")]
    [InlineData("""{"action":"paint"}""", null)]
    [InlineData("""{}""", null)]
    public async Task Installation_update_is_dispatched_by_its_action(string members, string? handler) =>
        Assert.Equal(handler is null ? [] : [handler], (await RunAsync(Merge("installationUpdate", members))).Calls);

    [Theory]
    [InlineData("""{"membersAdded":[{"id":"bot"},{"id":"ann"}],"recipient":{"id":"bot"}}""", "Added bot,ann")]
    [InlineData("""{"membersAdded":[{"id":"bot"}],"recipient":{"id":"bot"}}""", "")]
    [InlineData("""{"membersAdded":[{"id":"BOT"}],"recipient":{"id":"bot"}}""", "Added BOT")]
    [InlineData("""{"membersAdded":[{"id":"ann"}]}""", "Added ann")]
    [InlineData("""{"membersAdded":[],"recipient":{"id":"bot"}}""", "")]
    [InlineData("""{"membersRemoved":[{"id":"ann"},{"id":"bot"}],"recipient":{"id":"bot"}}""", "Removed ann,bot")]
    [InlineData("""{"membersRemoved":[{"id":"bot"}],"recipient":{"id":"bot"}}""", "")]
    [InlineData("""{"membersAdded":[{"id":"ann"}],"membersRemoved":[{"id":"ben"}],"recipient":{"id":"bot"}}""", "Added ann;Removed ben")]
    [InlineData("""{"topicName":"lunch"}""", "")]
    public async Task Conversation_update_calls_for_others_than_the_bot(string members, string calls) =>
        Assert.Equal(calls, string.Join(';', (await RunAsync(Merge("conversationUpdate", members))).Calls));

    [Theory]
    [InlineData("""{"reactionsAdded":[{"type":"like"}]}""", "ReactionsAdded like")]
    [InlineData("""{"reactionsRemoved":[{"type":"sad"}]}""", "ReactionsRemoved sad")]
    [InlineData("""{"reactionsRemoved":[{"type":"sad"}],"reactionsAdded":[{"type":"like"}]}""", "ReactionsAdded like;ReactionsRemoved sad")]
    [InlineData("""{"reactionsAdded":[],"reactionsRemoved":[]}""", "")]
    public async Task Reactions_are_dispatched_by_direction(string members, string calls) =>
        Assert.Equal(calls, string.Join(';', (await RunAsync(Merge("messageReaction", members))).Calls));

    [Fact]
    public async Task Invoke_without_a_handler_is_answered_501()
    {
        var turn = Turn("""{"type":"invoke","name":"x"}""");
        await new Silent().OnTurnAsync(turn, CancellationToken.None);
        Assert.Equal(new InvokeResponse(501), turn.InvokeResponse);
    }

    [Fact]
    public async Task Invoke_with_a_handler_is_answered_what_it_returns()
    {
        var response = new InvokeResponse(200, "yes".AsJson());
        var turn = Turn("""{"type":"invoke","name":"x"}""");
        await new Recorder { Invoke = _ => response }.OnTurnAsync(turn, CancellationToken.None);
        Assert.Same(response, turn.InvokeResponse);
    }

    [Fact]
    public async Task Invoke_answered_through_the_turn_keeps_that_answer()
    {
        var turn = Turn("""{"type":"invoke","name":"x"}""");
        var early = new InvokeResponse(202);
        await new Recorder { Invoke = t => { t.InvokeResponse = early; return new InvokeResponse(200); } }
            .OnTurnAsync(turn, CancellationToken.None);
        Assert.Same(early, turn.InvokeResponse);
    }

    [Fact]
    public async Task Handler_that_throws_throws_out_of_the_turn()
    {
        var recorder = new Recorder { Invoke = _ => throw new InvalidOperationException("no") };
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => recorder.OnTurnAsync(Turn("""{"type":"invoke","name":"x"}"""), CancellationToken.None));
    }

    [Fact]
    public async Task Handler_that_overrides_nothing_ignores_every_type()
    {
        foreach (var type in new[] { "message", "conversationUpdate", "event", "messageReaction", "installationUpdate", "x" })
        {
            var turn = Turn($$"""{"type":"{{type}}","membersAdded":[{"id":"a"}],"reactionsAdded":[{"type":"like"}],"action":"add"}""");
            await new Silent().OnTurnAsync(turn, CancellationToken.None);
            Assert.False(turn.Responded);
            Assert.Null(turn.InvokeResponse);
        }
    }

    [Fact]
    public async Task Handler_gets_the_turns_token()
    {
        using var source = new CancellationTokenSource();
        var recorder = new Recorder();
        await recorder.OnTurnAsync(Turn("""{"type":"message"}"""), source.Token);
        Assert.Equal(source.Token, recorder.Token);
    }

    private static string Merge(string type, string members) =>
        $$"""{"type":"{{type}}"{{(members == "{}" ? "}" : "," + members[1..])}}""";

    private static async Task<Recorder> RunAsync(string json)
    {
        var recorder = new Recorder();
        await recorder.OnTurnAsync(Turn(json), CancellationToken.None);
        return recorder;
    }

    private static TurnContext Turn(string json) => new(
        new TurnRun(
            new ConversationKey("bot", "test", "c"),
            Revision: 1,
            FirstRow: 0,
            Number: 1,
            EmptyServices.Instance,
            Steps: null!,
            User: null,
            Users: null!,
            Earlier: null!,
            IsAnswered: false,
            IsUnasked: false,
            TakesOurIds: false,
            MaxActivityBytes: 262_144,
            Deadline: default,
            TimeProvider.System,
            JsonSerializerOptions.Web,
            Ephemerals: null!,
            Over: default),
        ActivityJson.Read(Encoding.UTF8.GetBytes(json)),
        new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal));

    private sealed class EmptyServices : IServiceProvider
    {
        public static readonly EmptyServices Instance = new();

        public object? GetService(Type serviceType) => null;
    }

    private sealed class Silent : ActivityHandler;

    private sealed class Recorder : ActivityHandler
    {
        public List<string> Calls { get; } = [];

        public CancellationToken Token { get; private set; }

        public Func<TurnContext, InvokeResponse?> Invoke { get; init; } = _ => null;

        protected override Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return Add("Message");
        }

        protected override Task OnMessageUpdateActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Add("MessageUpdate");

        protected override Task OnMessageDeleteActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Add("MessageDelete");

        protected override Task OnMembersAddedAsync(
            IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken) =>
            Add("Added " + string.Join(',', membersAdded.Select(member => member.Id)));

        protected override Task OnMembersRemovedAsync(
            IReadOnlyList<ChannelAccount> membersRemoved, TurnContext turn, CancellationToken cancellationToken) =>
            Add("Removed " + string.Join(',', membersRemoved.Select(member => member.Id)));

        protected override Task OnReactionsAddedAsync(
            IReadOnlyList<MessageReaction> messageReactions, TurnContext turn, CancellationToken cancellationToken) =>
            Add("ReactionsAdded " + string.Join(',', messageReactions.Select(reaction => reaction.Type)));

        protected override Task OnReactionsRemovedAsync(
            IReadOnlyList<MessageReaction> messageReactions, TurnContext turn, CancellationToken cancellationToken) =>
            Add("ReactionsRemoved " + string.Join(',', messageReactions.Select(reaction => reaction.Type)));

        protected override Task OnTokenResponseEventAsync(TurnContext turn, CancellationToken cancellationToken) => Add("TokenResponse");

        protected override Task OnEventAsync(TurnContext turn, CancellationToken cancellationToken) => Add("Event");

        protected override Task<InvokeResponse?> OnInvokeActivityAsync(TurnContext turn, CancellationToken cancellationToken) =>
            Task.FromResult(Invoke(turn));

        protected override Task OnEndOfConversationActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Add("EndOfConversation");

        protected override Task OnTypingActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Add("Typing");

        protected override Task OnInstallationUpdateAddAsync(TurnContext turn, CancellationToken cancellationToken) => Add("InstallationAdd");

        protected override Task OnInstallationUpdateRemoveAsync(TurnContext turn, CancellationToken cancellationToken) => Add("InstallationRemove");

        protected override Task OnCommandActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Add("Command");

        protected override Task OnCommandResultActivityAsync(TurnContext turn, CancellationToken cancellationToken) => Add("CommandResult");

        protected override Task OnUnrecognizedActivityTypeAsync(TurnContext turn, CancellationToken cancellationToken) => Add("Unrecognized");

        private Task Add(string call)
        {
            Calls.Add(call);
            return Task.CompletedTask;
        }
    }
}
