using Everturn.Testing.Bots;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing;

/// <summary>
/// A bot under test: the real engine in this process, over a store in memory and a channel that stands for the real ones, in virtual
/// time. It is the chat of its first user.
/// </summary>
/// <remarks>
/// Each node of the program has services of its own, made by the same function. What must outlive a node, as a fake of the outside does, is
/// made once, outside of that function. Hosted services are not started.
/// </remarks>
public sealed class TestBot : TestChat, IAsyncDisposable
{
    private TestBot(TestWorld world)
        : base(world, "conversation", "user") => Next = new(world.Faults);

    /// <summary>What goes wrong next.</summary>
    public NextFaults Next { get; }

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Now => World.Now;

    /// <summary>The services of the node that gets what users say.</summary>
    public IServiceProvider Services => World.Current.Services;

    /// <summary>Starts a bot.</summary>
    /// <param name="configure">Adds the bot and its services as the program does; called for each node.</param>
    /// <param name="options">Changes the world in which it is tested.</param>
    public static TestBot Create(Action<IServiceCollection> configure, Action<TestBotOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var chosen = new TestBotOptions();
        options?.Invoke(chosen);
        return new(new TestWorld(configure, chosen));
    }

    /// <summary>
    /// Plays a scenario again and again, and each time lets the node die at another write to the store, before it takes effect and after:
    /// the scenario must come out alike, and the bot say the same. What it says by time or chance is not compared: the scenario is played
    /// once more without a crash, a second later and with other chances, to know it.
    /// </summary>
    /// <param name="create">Creates the bot of a scenario, with fakes of its own.</param>
    /// <param name="scenario">Sends, expects, and asserts.</param>
    /// <exception cref="TestBotException">It failed, or the bot said something else, with a crash that the message names (ET8012).</exception>
    public static async Task CrashEverywhereAsync(Func<TestBot> create, Func<TestBot, Task> scenario)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(scenario);
        var (said, writes) = await PlayAsync(null, _ => Task.CompletedTask);
        var (saidLater, _) = await PlayAsync("it begins a second later, with other chances", async bot =>
        {
            await bot.AdvanceAsync(TimeSpan.FromSeconds(1));
            bot.World.BotRandom.NextDouble();
        });
        said.Forget(saidLater);
        for (var write = 1; write <= writes; write++)
        {
            await CrashAsync(CrashPoint.BeforeWrite(write));
            await CrashAsync(CrashPoint.AfterWrite(write));
        }

        async Task CrashAsync(CrashPoint at)
        {
            var (saidNow, _) = await PlayAsync($"its node dies at {at}", bot =>
            {
                bot.Next.Crash(at);
                return Task.CompletedTask;
            });
            if (said.DifferenceTo(saidNow) is { } difference)
            {
                throw new TestBotException($"ET8012: the bot says something else when its node dies at {at} than when it lives: {difference}.");
            }
        }

        async Task<(Said Said, int Writes)> PlayAsync(string? how, Func<TestBot, Task> prepare)
        {
            await using var bot = create();
            await prepare(bot);
            try
            {
                await scenario(bot);
                await bot.World.WaitAsync(() => !bot.World.IsAnythingOwed);
            }
            catch (Exception exception) when (how is not null)
            {
                throw new TestBotException($"ET8012: the scenario fails when {how}. {exception.Message}", exception);
            }

            return (new(bot.World.Channel), bot.World.Faults.Writes);
        }
    }

    /// <summary>
    /// Stands before a service of the outside, or a fake of it, and notes its calls for <see cref="MustBeRerunnable"/>. Add what it returns
    /// to the bot's services.
    /// </summary>
    /// <typeparam name="T">The service's interface.</typeparam>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is no interface (ET8011).</exception>
    public static T External<T>(T service)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(service);
        return typeof(T).IsInterface ? ExternalProxy<T>.Around(service) : throw new ArgumentException(
            $"ET8011: {typeof(T).Name} is no interface, so nobody can stand before it. Name the interface: TestBot.External<IShop>(shop).", nameof(service));
    }

    /// <summary>
    /// From now on runs every turn twice, from the same state and the same activity, with another wall time and other chances, and with
    /// the same results of steps. The test fails when the two runs differ, or when one of them makes an external call outside of a step:
    /// by an HttpClient, or of a service that stands behind <see cref="External{T}"/>.
    /// </summary>
    /// <param name="allows">Which external calls may be made outside of steps. Default: none.</param>
    /// <returns>This bot.</returns>
    public TestBot MustBeRerunnable(Func<ExternalCall, bool>? allows = null)
    {
        World.RunTwice(allows);
        return this;
    }

    /// <summary>Another conversation, with a user of its own choice.</summary>
    public TestChat Conversation(string id, string user = "user")
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        ArgumentException.ThrowIfNullOrEmpty(user);
        return Chat(id, user);
    }

    /// <summary>Lets virtual time pass, with all that happens in it: timers, timeouts of flows, expiry.</summary>
    public Task AdvanceAsync(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, TimeSpan.Zero);
        return World.AdvanceAsync(duration);
    }

    /// <summary>Stops the node as an upgrade does, and goes on with another, which has nothing but what is stored.</summary>
    public Task MoveAsync() => World.MoveAsync();

    /// <summary>Does something with the services of a node, in virtual time: what the program does outside of turns.</summary>
    public Task<T> DoAsync<T>(Func<IServiceProvider, Task<T>> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return World.DoAsync(action);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => World.DisposeAsync();
}
