using Everturn.Cli.Commands;
using Everturn.Cli.Storage;
using Everturn.Delivery;
using Everturn.DirectLine;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Users;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Cli.Data;

/// <summary>A bot's documents without the bot: what of its engine and of Direct Line is needed to read and change them.</summary>
internal sealed class BotData(ServiceProvider services) : IAsyncDisposable
{
    private const int MostNamed = 10;

    public IDeadLetters DeadLetters => services.GetRequiredService<IDeadLetters>();

    public IUserData Users => services.GetRequiredService<IUserData>();

    /// <summary>Does something with a bot's documents, and closes the store again.</summary>
    /// <param name="store"><c>SCHEME:CONNECTION</c>.</param>
    /// <param name="bot">The bot's name.</param>
    /// <param name="use">Returns the exit code.</param>
    /// <param name="cancellationToken">Stops the look into the store.</param>
    /// <exception cref="CliException">The store cannot be opened or fails, or holds nothing of such a bot.</exception>
    public static async Task<int> UseAsync(string store, string bot, Func<BotData, Task<int>> use, CancellationToken cancellationToken)
    {
        try
        {
            var opened = StoreCatalog.Open(store, mayMake: false);
            try
            {
                await using var data = await OpenAsync(opened, bot, cancellationToken);
                return await use(data);
            }
            finally
            {
                await ((opened as IAsyncDisposable)?.DisposeAsync() ?? default);
            }
        }
        catch (Exception exception) when (exception is not (CliException or OperationCanceledException))
        {
            throw StoreCommand.Explain(exception);
        }
    }

    private static async Task<BotData> OpenAsync(IStore store, string bot, CancellationToken cancellationToken)
    {
        // A name that is misspelt must not read as a user of whom nothing is kept.
        if ((await store.ListKeysAsync(StoreKey.Scope(bot) + "/", after: null, limit: 1, cancellationToken)).Count == 0)
        {
            var bots = await BotsAsync(store, cancellationToken).Take(MostNamed).ToListAsync(cancellationToken);
            throw new CliException(
                ErrorCodes.NoSuchBot,
                $"the store holds nothing of a bot '{bot}'. {(bots.Count == 0 ? "It is empty." : $"It holds: {string.Join(", ", bots)}.")}",
                ExitCodes.Usage);
        }

        var services = new ServiceCollection();
        services.AddLogging();
        // None of the settings of whoever calls the tool: they are for nodes.
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton(store);
        services.AddEverturnCore(options => (options.Bot, options.Node) = (bot, "everturn-data")).AddDirectLine();
        return new(services.BuildServiceProvider());
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();

    private static async IAsyncEnumerable<string> BotsAsync(
        IStore store, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        while (await store.ListKeysAsync("", after, 1, cancellationToken) is [var key, ..])
        {
            var scope = key.Split('/')[0];
            // The last code point sorts behind everything that a key of this bot goes on with.
            after = $"{scope}/\U0010FFFF";
            yield return Uri.UnescapeDataString(scope);
        }
    }
}
