using Everturn.Activities;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.DirectLine.Tests.Running;

internal static class FailingGreeting
{
    /// <summary>Makes every turn fail that tells the bot of members.</summary>
    public static void AddFailingGreeting(this IServiceCollection services) => services.AddTransient<IMiddleware, Middleware>();

    private sealed class Middleware : IMiddleware
    {
        public Task OnTurnAsync(TurnContext turn, TurnDelegate next, CancellationToken cancellationToken) =>
            turn.Activity.Type == ActivityTypes.ConversationUpdate
                ? throw new InvalidOperationException("No greeting today.")
                : next(cancellationToken);
    }
}
