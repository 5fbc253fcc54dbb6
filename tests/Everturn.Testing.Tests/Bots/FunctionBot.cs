using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>A bot that is a function of its turn.</summary>
internal sealed class FunctionBot(Func<TurnContext, CancellationToken, Task> onTurn) : IBot
{
    public Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken) => onTurn(turn, cancellationToken);

    /// <summary>A test of such a bot.</summary>
    public static TestBot Test(Func<TurnContext, CancellationToken, Task> onTurn, Action<TestBotOptions>? options = null, Action<IServiceCollection>? services = null) =>
        TestBot.Create(
            all =>
            {
                all.AddEverturnCore();
                all.AddTransient<IBot>(_ => new FunctionBot(onTurn));
                services?.Invoke(all);
            },
            options);

    /// <summary>A test of such a bot that is queued.</summary>
    public static TestBot TestQueued(Func<TurnContext, CancellationToken, Task> onTurn, Action<TestBotOptions>? options = null) =>
        Test(onTurn, options, services => services.Configure<EverturnOptions>(all => all.Queued = true));
}
