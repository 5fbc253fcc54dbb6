using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Everturn.Hosting;

/// <summary>
/// Runs a turn of a bot of its own, in memory, before the node is ready: so that the first user of a node that takes over
/// does not wait for the just-in-time compiler.
/// </summary>
internal sealed class WarmUp(TimeProvider time, Random random) : IBot, IChannel, IServiceScopeFactory, IServiceScope, IServiceProvider
{
    private const int Turns = 2;

    public IServiceProvider ServiceProvider => this;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var options = new EverturnOptions { Bot = "warm-up", Node = "warm-up" };
        var node = new NodeContext(options, new MemoryStore(random), new ChannelRouter([this]), time, random, new EngineLog(NullLogger.Instance));
        var engine = new TurnEngine(node, new BotRunner(node, this, JsonSerializerOptions.Web));
        for (var turn = 0; turn < Turns; turn++)
        {
            var json = ActivityJson.Write(new Activity
            {
                Type = ActivityTypes.Message,
                ChannelId = "warm-up",
                ServiceUrl = "warm-up:",
                Conversation = new() { Id = "warm-up" },
                Text = "warm-up",
            });
            await engine.ProcessAsync(new InboundActivity(json, ActivityJson.Read(json)) { Echo = true }, cancellationToken);
        }

        await engine.StopAsync(cancellationToken);
    }

    public async Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        turn.ConversationState.GetOrCreate("warm-up", () => new List<string>()).Add(turn.Activity.Text ?? "");
        await turn.SendActivityAsync(turn.Activity.Text ?? "", cancellationToken);
    }

    public bool Serves(string channelId, string serviceUrl) => true;

    public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken) =>
        new([.. rows.Select(_ => new DeliveryOutcome.Delivered(null))]);

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;

    public IServiceScope CreateScope() => this;

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IBot) ? this
        : serviceType == typeof(IEnumerable<IMiddleware>) ? Array.Empty<IMiddleware>()
        : null;

    public void Dispose()
    {
    }
}
