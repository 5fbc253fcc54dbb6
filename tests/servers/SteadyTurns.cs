using Everturn.Activities;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Everturn.Storage.Servers;

/// <summary>The engine on a store, with a bot that counts in its conversation state and says nothing.</summary>
internal sealed class SteadyTurns : IAsyncDisposable
{
    private readonly IHost _host;
    private int _sent;

    private SteadyTurns(IHost host) => _host = host;

    public static async Task<SteadyTurns> StartAsync(Action<EverturnBuilder> useStore)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(Random.Shared);
        builder.Services.AddSingleton<IConfiguration>(builder.Configuration);
        var node = builder.Services.AddEverturnCore(options =>
        {
            options.Bot = "steady";
            // No listing of what is due comes in between.
            options.RecoveryInterval = TimeSpan.FromMinutes(10);
        });
        useStore(node.AddBot<Counter>());
        var host = builder.Build();
        await host.StartAsync();
        return new SteadyTurns(host);
    }

    public IStore Store => _host.Services.GetRequiredService<IStore>();

    /// <summary>One turn of the one conversation, which must succeed.</summary>
    public async Task TurnAsync()
    {
        var json = ActivityJson.Write(new Activity
        {
            Type = ActivityTypes.Message,
            Id = $"{++_sent}",
            ChannelId = "test",
            ServiceUrl = "test:service",
            Conversation = new() { Id = "19:one/and only" },
            From = new() { Id = "user" },
            Text = "count",
        });
        var outcome = await _host.Services.GetRequiredService<ITurnEngine>()
            .ProcessAsync(new InboundActivity(json, ActivityJson.Read(json)), CancellationToken.None);
        Assert.True(outcome is TurnOutcome.Committed, $"{outcome}");
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        if (_host is IAsyncDisposable disposable) await disposable.DisposeAsync();
    }

    private sealed class Counter : IBot
    {
        public Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            turn.ConversationState.GetOrCreate("counted", () => new List<int>()).Add(1);
            return Task.CompletedTask;
        }
    }
}
