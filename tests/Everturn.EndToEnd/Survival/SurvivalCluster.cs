namespace Everturn.EndToEnd.Survival;

/// <summary>Nodes of the survival bot, and the service that they call, for the tests of one class.</summary>
/// <param name="isQueued">Whether the bot is a queued one.</param>
public abstract class SurvivalCluster(bool isQueued) : IAsyncLifetime
{
    internal OutsideService Outside { get; private set; } = null!;

    internal BotNodes Nodes { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Outside = await OutsideService.StartAsync();
        Nodes = await BotNodes.StartAsync(Outside, isQueued);
    }

    public async ValueTask DisposeAsync()
    {
        await Nodes.DisposeAsync();
        await Outside.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A bot that answers at once.</summary>
    public sealed class Direct() : SurvivalCluster(isQueued: false);

    /// <summary>A queued bot.</summary>
    public sealed class Queued() : SurvivalCluster(isQueued: true);
}
