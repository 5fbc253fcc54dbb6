using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Everturn.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Tests;

/// <summary>One node of the real engine over a store that several nodes may share.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestNode(
        IStore store,
        IChannel channel,
        Func<TurnContext, CancellationToken, Task> bot,
        Action<EverturnOptions>? configure = null,
        Action<EverturnBuilder>? build = null,
        string name = "node-1",
        TimeProvider? time = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton(store);
        services.AddSingleton(channel);
        services.AddTransient<IBot>(_ => new FunctionBot(bot));
        var builder = services.AddEverturnCore(options =>
        {
            options.Bot = "test";
            options.Node = name;
            configure?.Invoke(options);
        });
        build?.Invoke(builder);
        _services = services.BuildServiceProvider();
        Engine = _services.GetRequiredService<TurnEngine>();
        Conversations = _services.GetRequiredService<IConversations>();
        Recovery = Engine.RecoverAsync();
    }

    public TurnEngine Engine { get; }

    public Task Recovery { get; }

    public NodeContext Context => _services.GetRequiredService<NodeContext>();

    public IConversations Conversations { get; }

    public IUserData UserData => _services.GetRequiredService<IUserData>();

    public IDeadLetters DeadLetters => _services.GetRequiredService<IDeadLetters>();

    public async Task<TurnOutcome> SendAsync(string text, string? id = null, string conversation = "c", bool echo = false) =>
        await Engine.ProcessAsync(Message(text, id, conversation) with { Echo = echo }, CancellationToken.None);

    public async Task<TurnOutcome> SendAsync(Activity activity) =>
        await Engine.ProcessAsync(Inbound(activity), CancellationToken.None);

    public static InboundActivity Message(string text, string? id = null, string conversation = "c") => Inbound(new Activity
    {
        Type = ActivityTypes.Message,
        Id = id ?? $"id-{text}",
        ChannelId = "test",
        ServiceUrl = "test:service",
        Conversation = new() { Id = conversation },
        From = new() { Id = "user" },
        Recipient = new() { Id = "bot" },
        Text = text,
    });

    public static InboundActivity Inbound(Activity activity) => new(ActivityJson.Write(activity), activity);

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        await Engine.StopAsync(patience.Token);
        await Recovery;
        await _services.DisposeAsync();
    }

    private sealed class FunctionBot(Func<TurnContext, CancellationToken, Task> turn) : IBot
    {
        public Task OnTurnAsync(TurnContext context, CancellationToken cancellationToken) => turn(context, cancellationToken);
    }
}
