using System.Globalization;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Everturn.Bench;

/// <summary>A node in this process with a counting bot, a counting memory store and a channel that takes everything.</summary>
internal sealed class BenchNode : IAsyncDisposable, IChannel
{
    private readonly ServiceProvider _services;
    private readonly ITurnEngine _engine;
    private int _runs;

    public BenchNode()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<IStore>(Store);
        services.AddSingleton<IChannel>(this);
        services.AddTransient<IBot>(_ => new CountingBot(this));
        services.AddEverturnCore(options => (options.Bot, options.InboxCapacity, options.MailboxCapacity) = ("bench", 65_536, 1024));
        _services = services.BuildServiceProvider();
        _engine = _services.GetRequiredService<ITurnEngine>();
    }

    public CountingStore Store { get; } = new();

    public int Runs => Volatile.Read(ref _runs);

    public static InboundActivity Message(string conversation, int number)
    {
        var activity = new Activity
        {
            Type = ActivityTypes.Message,
            Id = number.ToString(CultureInfo.InvariantCulture),
            ChannelId = "bench",
            ServiceUrl = "bench:",
            Conversation = new() { Id = conversation },
            From = new() { Id = "user" },
            Recipient = new() { Id = "bot" },
            Text = "hello",
        };
        return new(ActivityJson.Write(activity), activity);
    }

    public async Task SendAsync(string conversation, int number)
    {
        var outcome = await _engine.ProcessAsync(Message(conversation, number), CancellationToken.None);
        if (outcome is not TurnOutcome.Committed { IsDuplicate: false })
        {
            throw new InvalidOperationException($"The bench expected a commit; found {outcome}.");
        }
    }

    public bool Serves(string channelId, string serviceUrl) => true;

    public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken) =>
        new([.. rows.Select(_ => new DeliveryOutcome.Delivered(null))]);

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;

    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }

        await _services.DisposeAsync();
    }

    private sealed class CountingBot(BenchNode node) : IBot
    {
        public async Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref node._runs);
            var count = turn.ConversationState.Get<int>("count") + 1;
            turn.ConversationState.Set("count", count);
            await turn.SendActivityAsync(count.ToString(CultureInfo.InvariantCulture), cancellationToken);
        }
    }
}
