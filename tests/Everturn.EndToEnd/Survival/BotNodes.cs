using System.Collections.Concurrent;
using System.Diagnostics;

namespace Everturn.EndToEnd.Survival;

/// <summary>Nodes of the survival bot on one SQLite file. Whichever is killed is started again.</summary>
internal sealed class BotNodes : IAsyncDisposable
{
    private const int Count = 4;

    private readonly string _folder = Directory.CreateTempSubdirectory("everturn-survival-").FullName;
    private readonly BotNode[] _nodes;
    private readonly ConcurrentQueue<Task> _starting = [];
    private readonly ConcurrentQueue<string> _departed = [];

    private BotNodes(Uri outside, bool isQueued) =>
        _nodes = [.. Enumerable.Range(1, Count).Select(number => new BotNode($"node-{number}", _folder, announce => Plan(outside, isQueued, announce)))];

    public static async Task<BotNodes> StartAsync(OutsideService outside, bool isQueued)
    {
        var nodes = new BotNodes(outside.Url, isQueued);
        await Task.WhenAll(nodes._nodes.Select(node => node.StartAsync()));
        return nodes;
    }

    /// <summary>The nodes that take turns now.</summary>
    public IReadOnlyList<BotNode> Ready => [.. _nodes.Where(node => node.Url is not null)];

    /// <summary>Waits until so many take turns, and gives these.</summary>
    public async Task<IReadOnlyList<BotNode>> ReadyAsync(int least)
    {
        while (Ready.Count < least && _starting.TryDequeue(out var starting))
        {
            await starting;
        }

        return Ready;
    }

    /// <summary>Kills the node that runs as this process. Completes when it is gone; another process takes its place later.</summary>
    public Task KillAsync(int process) => KillAsync(Array.Find(_nodes, node => node.ProcessId == process)!);

    /// <summary>Kills the node of this name.</summary>
    public Task KillAsync(string name) => KillAsync(Array.Find(_nodes, node => node.Name == name)!);

    public override string ToString() => string.Join('\n', _nodes.AsEnumerable());

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_nodes.Select(async node => await node.DisposeAsync()));
        Directory.Delete(_folder, recursive: true);
    }

    private async Task KillAsync(BotNode node)
    {
        if (node.Incarnation is { } incarnation)
        {
            _departed.Enqueue(incarnation);
        }

        await node.KillAsync();
        _starting.Enqueue(StartAgainAsync(node));
        await Task.WhenAll(Ready.Select(other => other.HearOfDeathsAsync(_departed)));
    }

    private async Task StartAgainAsync(BotNode node)
    {
        await node.StartAsync();
        await node.HearOfDeathsAsync(_departed);
    }

    private ProcessStartInfo Plan(Uri outside, bool isQueued, string announce)
    {
        // Built along with this program, in the same configuration.
        var here = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.Combine(Cluster.RepositoryRoot(), "artifacts", "bin", "SurvivalBot", here.Name, "SurvivalBot.dll");
        var start = new ProcessStartInfo("dotnet", [program]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["Outside"] = outside.ToString();
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Everturn__Announce"] = announce;
        start.Environment["Everturn__StopWithParent"] = "true";
        start.Environment["Everturn__Store"] = $"watched:{Path.Combine(_folder, "store.db")}";
        start.Environment["Everturn__Queued"] = isQueued ? "true" : "false";
        // Whoever dies is reported; nobody is to seem dead who is only slow.
        start.Environment["Everturn__LeaseDuration"] = "00:00:05";
        start.Environment["Everturn__RecoveryInterval"] = "00:00:00.1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }
}
