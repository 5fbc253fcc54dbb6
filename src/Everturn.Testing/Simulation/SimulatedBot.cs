using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Simulation;

/// <summary>Appends the activity's token to the state and says the token with its place: so the order of versions can be read off the replies.</summary>
internal sealed class SimulatedBot(Scheduler scheduler, TimeProvider time) : IBot, IServiceScopeFactory, IServiceScope, IServiceProvider
{
    /// <summary>The state's name.</summary>
    public const string Tokens = "tokens";

    public IServiceProvider ServiceProvider => this;

    public async Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        if (scheduler.Random.Next(4) == 0)
        {
            await Task.Delay(scheduler.UpTo(TimeSpan.FromMilliseconds(20)), time, cancellationToken);
        }

        var tokens = turn.ConversationState.GetOrCreate(Tokens, () => new List<string>());
        tokens.Add(turn.Activity.Text!);
        for (var reply = 0; reply < Replies(turn.Activity.Text!); reply++)
        {
            await turn.SendActivityAsync($"{turn.Activity.Text}@{tokens.Count}", cancellationToken);
        }

        if (turn.Activity.Text!.StartsWith("bad", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("simulated: the bot fails");
        }
    }

    /// <summary>How many replies an activity gets: 0 to 2, by its token.</summary>
    public static int Replies(string token) => token[^1] switch
    {
        '0' => 0,
        '1' => 2,
        _ => 1,
    };

    public IServiceScope CreateScope() => this;

    public object? GetService(Type serviceType) =>
        serviceType == typeof(IBot) ? this
        : serviceType == typeof(IEnumerable<IMiddleware>) ? Array.Empty<IMiddleware>()
        : null;

    public void Dispose()
    {
    }
}
