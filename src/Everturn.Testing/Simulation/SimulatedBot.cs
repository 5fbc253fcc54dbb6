using System.Globalization;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Simulation;

/// <summary>
/// Appends the activity's token to the state and says the token with its place: so the order of versions can be read off the
/// replies. What else it does is told by the token's first letter.
/// </summary>
/// <param name="scheduler">Decides.</param>
/// <param name="time">The node's clock.</param>
/// <param name="history">Where external calls are noted.</param>
/// <param name="flows">What it does in conversations of flows instead.</param>
/// <param name="die">Ends the node's process.</param>
internal sealed class SimulatedBot(Scheduler scheduler, TimeProvider time, History history, SimulatedFlows flows, Action die) : IBot, IServiceScopeFactory, IServiceScope, IServiceProvider
{
    /// <summary>The tokens of all turns, in order.</summary>
    public const string Tokens = "tokens";

    /// <summary>What external calls returned: the token, an equals sign, the result.</summary>
    public const string Results = "results";

    /// <summary>Timers that wait: their tokens and ids.</summary>
    public const string Timers = "timers";

    /// <summary>The tokens of cancelled timers.</summary>
    public const string Cancelled = "cancelled";

    /// <summary>What a turn saw of the values that earlier turns of its conversation gave the user.</summary>
    public const string OwnValues = "own";

    /// <summary>What the bot has said and can name: its provisional ids.</summary>
    public const string Said = "said";

    /// <summary>What turns have changed: the row that sent it, and an equals sign with the new text or a minus sign.</summary>
    public const string Changes = "changes";

    /// <summary>A value of the user that all conversations count up.</summary>
    public const string Count = "count";

    private static readonly TimeSpan AfterCall = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan LongestCall = TimeSpan.FromMilliseconds(600);

    public IServiceProvider ServiceProvider => this;

    /// <summary>A token for an activity.</summary>
    /// <param name="random">Decides what the bot does.</param>
    /// <param name="number">Makes it unique.</param>
    /// <param name="mayKill">Whether some end the process that runs them.</param>
    public static string NewToken(Random random, int number, bool mayKill)
    {
        var kind = random.Next(24) switch
        {
            23 when mayKill && random.Next(3) == 0 => "poison",
            < 2 => "bad",
            < 5 => "durable",
            < 6 => "remembered",
            < 9 => "later",
            < 10 => "cancel",
            < 15 => "user",
            < 18 => "edit",
            < 19 => "wipe",
            _ => "t",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{kind}{number}-{random.Next(10)}");
    }

    /// <summary>A token for a turn that somebody begins unasked.</summary>
    public static string NewContinuation(Random random, int number) => string.Create(CultureInfo.InvariantCulture, $"go{number}-{random.Next(10)}");

    /// <summary>What somebody says unasked.</summary>
    public static string NewSaying(int number) => string.Create(CultureInfo.InvariantCulture, $"say{number}");

    public static bool IsSaying(string text) => text.StartsWith("say", StringComparison.Ordinal);

    /// <summary>Whether a user has said it, so that a channel may show it.</summary>
    public static bool IsOfUser(string token) => !token.StartsWith("go", StringComparison.Ordinal) && !token.EndsWith(FiredBy(""), StringComparison.Ordinal);

    public async Task OnTurnAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var token = TokenOf(turn.Activity);
        if (scheduler.Random.Next(4) == 0)
        {
            await Task.Delay(scheduler.UpTo(TimeSpan.FromMilliseconds(20)), time, cancellationToken);
        }

        if (token.StartsWith("poison", StringComparison.Ordinal))
        {
            die();
            await new TaskCompletionSource().Task;
        }

        var tokens = turn.ConversationState.GetOrCreate(Tokens, () => new List<string>());
        tokens.Add(token);
        if (SimulatedFlows.Own(turn.Conversation.Id))
        {
            await flows.RunAsync(turn, cancellationToken);
            return;
        }

        if (token.StartsWith("durable", StringComparison.Ordinal) || token.StartsWith("remembered", StringComparison.Ordinal))
        {
            await CallOutAsync(turn, token, cancellationToken);
        }

        if (token.StartsWith("user", StringComparison.Ordinal))
        {
            // A value of its own, which no other conversation touches, and one that all do.
            var user = await turn.GetUserStateAsync(cancellationToken);
            turn.ConversationState.GetOrCreate(OwnValues, () => new List<string>()).AddRange(
                user.Names.Where(name => name.StartsWith(turn.Conversation.Id, StringComparison.Ordinal)).Select(name => $"{token} saw {name}"));
            user.Set($"{turn.Conversation.Id}:{token}", 1);
            user.Set(Count, user.Get<int>(Count) + 1);
        }

        await UseTimersAsync(turn, token);
        var said = turn.ConversationState.GetOrCreate(Said, () => new List<string>());
        for (var reply = 0; reply < Replies(token); reply++)
        {
            said.Add(await turn.SendActivityAsync($"{token}@{tokens.Count}", cancellationToken));
        }

        if (said.Count > 0 && (token.StartsWith("edit", StringComparison.Ordinal) || token.StartsWith("wipe", StringComparison.Ordinal)))
        {
            await ChangeAsync(turn, $"{token}@{tokens.Count}", said, cancellationToken);
        }

        if (token.StartsWith("bad", StringComparison.Ordinal))
        {
            throw new InvalidOperationException("simulated: the bot fails");
        }
    }

    /// <summary>What an activity says: the token of a turn, or a reply.</summary>
    public static string TokenOf(ReadOnlyMemory<byte> activity) => TokenOf(ActivityJson.Read(activity.Span));

    /// <summary>The same of an activity that has been read.</summary>
    public static string TokenOf(Activity activity) =>
        activity.Type == ActivityTypes.Event ? activity.Value!.Value.GetString()! : activity.Text!;

    /// <summary>The token of the turn that a timer begins.</summary>
    public static string FiredBy(string token) => token + ":fired";

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
        : serviceType == typeof(Random) ? scheduler.Random
        : serviceType == typeof(IEnumerable<IMiddleware>) ? Array.Empty<IMiddleware>()
        : null;

    public void Dispose()
    {
    }

    // The last word or an older one, once or twice. What was deleted may be named again: it must stay so.
    private async Task ChangeAsync(TurnContext turn, string text, List<string> said, CancellationToken cancellationToken)
    {
        var changes = turn.ConversationState.GetOrCreate(Changes, () => new List<string>());
        for (var times = scheduler.Random.Next(1, 3); times > 0; times--)
        {
            var id = scheduler.Random.Next(2) == 0 ? said[^1] : said[scheduler.Random.Next(said.Count)];
            _ = ProvisionalId.TryParse(id, out var provisional);
            try
            {
                if (text[0] == 'e')
                {
                    await turn.UpdateActivityAsync(new() { Type = ActivityTypes.Message, Id = id, Text = $"{text}.{times}>{provisional.Row}" }, cancellationToken);
                    changes.Add($"{provisional.Row}={text}.{times}>{provisional.Row}");
                }
                else
                {
                    await turn.DeleteActivityAsync(id, cancellationToken);
                    changes.Add($"{provisional.Row}-");
                }
            }
            catch (UnknownActivityException)
            {
                history.Count("change of a forgotten activity refused");
            }
        }
    }

    private async Task CallOutAsync(TurnContext turn, string token, CancellationToken cancellationToken)
    {
        var durability = token[0] == 'd' ? StepDurability.Durable : StepDurability.Remembered;
        var result = await turn.OnceAsync("call", async token2 =>
        {
            await Task.Delay(scheduler.UpTo(LongestCall), time, token2);
            if (scheduler.Random.Next(20) == 0)
            {
                throw new IOException("simulated: the other side refuses");
            }

            var call = new ExternalCall(scheduler.Now, token, turn.IdempotencyKey("call"), history.ExternalCalls.Count + 1);
            history.ExternalCalls.Add(call);
            return call.Result;
        }, durability, cancellationToken);
        if (scheduler.Random.Next(2) == 0)
        {
            // So that another run of the same activity may come to its own result meanwhile.
            await Task.Delay(scheduler.UpTo(AfterCall), time, cancellationToken);
        }

        turn.ConversationState.GetOrCreate(Results, () => new List<string>()).Add(string.Create(CultureInfo.InvariantCulture, $"{token}={result}"));
    }

    private static async Task UseTimersAsync(TurnContext turn, string token)
    {
        var timers = turn.ConversationState.GetOrCreate(Timers, () => new Dictionary<string, string>(StringComparer.Ordinal));
        if (turn.Activity.Type == ActivityTypes.Event)
        {
            timers.Remove(token);
        }
        else if (token.StartsWith("later", StringComparison.Ordinal))
        {
            // The last digits say how long.
            var delay = TimeSpan.FromMilliseconds(150 * (token[^1] - '0'));
            timers[FiredBy(token)] = await turn.ScheduleAsync(delay, "later", FiredBy(token));
        }
        else if (token.StartsWith("cancel", StringComparison.Ordinal))
        {
            var cancelled = turn.ConversationState.GetOrCreate(Cancelled, () => new List<string>());
            foreach (var (timer, id) in timers)
            {
                await turn.CancelAsync(id);
                cancelled.Add(timer);
            }

            timers.Clear();
        }
    }
}
