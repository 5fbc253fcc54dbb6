using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.Postgres.Tests.Servers;

// A node with the real engine, a bot that counts, and a channel in memory.
internal sealed class TestNode : IAsyncDisposable
{
    private readonly IHost _host;

    private TestNode(IHost host) => _host = host;

    public IServiceProvider Services => _host.Services;

    public static async Task<TestNode> StartAsync(string connectionString, string name, TestChannel channel, Action<EverturnOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Critical));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(Random.Shared);
        builder.Services.AddSingleton<IChannel>(channel);
        builder.Services.AddEverturnCore(options =>
        {
            (options.Bot, options.Node) = ("bot", name);
            configure?.Invoke(options);
        }).AddBot<CountingBot>().UsePostgres(connectionString);
        var host = builder.Build();
        await host.StartAsync();
        return new(host);
    }

    public async Task<TurnOutcome> SendAsync(string text, string id, string conversation = "c")
    {
        var json = ActivityJson.Write(new Activity
        {
            Type = ActivityTypes.Message,
            Id = id,
            ChannelId = "test",
            ServiceUrl = "test:",
            Conversation = new() { Id = conversation },
            From = new() { Id = "ada" },
            Text = text,
        });
        return await _host.Services.GetRequiredService<ITurnEngine>().ProcessAsync(new InboundActivity(json, ActivityJson.Read(json)), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    // Says nothing unless it is asked for the count.
    internal sealed class CountingBot : IBot
    {
        public async Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            var count = turn.ConversationState.Get<int>("count") + 1;
            turn.ConversationState.Set("count", count);
            if (turn.Activity.Text == "how many?") await turn.SendActivityAsync($"{count}", cancellationToken);
        }
    }

    internal sealed class TestChannel : IChannel
    {
        private readonly System.Threading.Channels.Channel<string> _said = System.Threading.Channels.Channel.CreateUnbounded<string>();

        // Takes rows and never answers, as a node does that dies while it delivers.
        public bool IsStuck { get; init; }

        public bool Serves(string channelId, string serviceUrl) => channelId == "test";

        public Task<string> NextAsync() => _said.Reader.ReadAsync().AsTask().WaitAsync(Patience.Limit);

        public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
            ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
        {
            if (IsStuck) await Task.Delay(Timeout.Infinite, cancellationToken);
            foreach (var row in rows) _said.Writer.TryWrite(ActivityJson.Read(row.Activity.Span).Text!);
            return [.. rows.Select(_ => new DeliveryOutcome.Delivered(null))];
        }

        public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;
    }
}
