using AgentBot.Agents;
using AgentBot.Travel;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AgentBot.Tests;

/// <summary>One node of the sample's bot over a store that several nodes may share, without its endpoints.</summary>
internal sealed class AgentNode : IAsyncDisposable
{
    private readonly IHost _host;

    private AgentNode(IHost host) => _host = host;

    /// <param name="store">The store.</param>
    /// <param name="channel">Where replies go.</param>
    /// <param name="agency">The fake agency's folder.</param>
    /// <param name="model">Answers instead of what the settings name.</param>
    /// <param name="name">The node's.</param>
    /// <param name="settings">Of the section Agent.</param>
    /// <param name="lease">How long the node may be silent before others take over.</param>
    /// <param name="tools">Besides those of the sample.</param>
    public static async Task<AgentNode> StartAsync(
        IStore store,
        IChannel channel,
        string agency,
        IChatClient? model = null,
        string name = "node-1",
        IReadOnlyDictionary<string, string>? settings = null,
        TimeSpan? lease = null,
        params AIFunction[] tools)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Agent:Agency"] = agency,
            ["Agent:ThinkTime"] = "0:0:0",
            ["Agent:WordDelay"] = "0:0:0",
            ["Agent:ToolRetryDelay"] = "0:0:0",
        });
        builder.Configuration.AddInMemoryCollection((settings ?? new Dictionary<string, string>()).Select(setting => KeyValuePair.Create($"Agent:{setting.Key}", (string?)setting.Value)));
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(Random.Shared).AddSingleton(store).AddSingleton(channel);
        builder.Services.AddEverturnCore(options =>
        {
            options.Bot = "agent";
            options.Node = name;
            options.LeaseDuration = lease ?? TimeSpan.FromMilliseconds(200);
            options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
        }).AddQueuedBot<TravelBot>();
        var section = builder.Configuration.GetSection("Agent");
        builder.Services.AddAgent(section, TravelBot.Instructions).AddFakeTravelAgency(section);
        foreach (var tool in tools) builder.Services.AddSingleton(tool);
        if (model is not null) builder.Services.AddSingleton(model);
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new AgentNode(host);
    }

    public IDeadLetters DeadLetters => _host.Services.GetRequiredService<IDeadLetters>();

    public async Task SayAsync(string text)
    {
        var activity = new Activity
        {
            Type = ActivityTypes.Message,
            Id = Guid.NewGuid().ToString(),
            ChannelId = "test",
            ServiceUrl = "test:service",
            Conversation = new() { Id = "c" },
            From = new() { Id = "user" },
            Recipient = new() { Id = "bot" },
            Text = text,
        };
        Assert.IsType<TurnOutcome.Queued>(await _host.Services.GetRequiredService<ITurnEngine>()
            .ProcessAsync(new(ActivityJson.Write(activity), activity), TestContext.Current.CancellationToken));
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await _host.StopAsync(patience.Token);
        _host.Dispose();
    }
}
