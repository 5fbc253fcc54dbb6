using Everturn.Cli.Bots;
using Everturn.Cli.Cluster;
using Everturn.Cli.Serving;
using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>Three regions, each with a database server, a member of etcd and nodes of its own, behind a gateway. Started once; every test leaves it whole.</summary>
public sealed class RegionsUnderTest : IAsyncLifetime
{
    private const int NodesPerRegion = 2;
    private static readonly string[] Regions = ["koreacentral", "japaneast", "southeastasia"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _data = new();
    private DatabaseCluster? _database;
    private LocalCluster? _nodes;
    private ClusterWatch? _watch;
    private GatewayHost? _gateway;
    private IDisposable? _taken;

    internal DatabaseCluster Database => _database!;

    internal LocalCluster Nodes => _nodes!;

    internal Uri Gateway => new(_gateway!.Url);

    public async ValueTask InitializeAsync()
    {
        // A skip here would fail the tests: each says it for itself.
        if (Servers.WhyNot is not null)
        {
            return;
        }

        _database = await DatabaseCluster.StartAsync(Regions);
        var directory = new ClusterDirectory(_data.Path);
        _taken = directory.Take();
        var bot = await BotFinder.Find("pizza").BuildAsync(TextWriter.Null, CancellationToken.None);
        _nodes = new LocalCluster(
            NodePlan.ForAll(Regions, NodesPerRegion, bot, _database.Store, directory).Select(plan => plan with { Environment = LogTally.NodeEnvironment }),
            node => _watch!.NodeChanged(node));
        _watch = new ClusterWatch(_nodes);
        _gateway = await GatewayHost.StartAsync(0, Regions, _watch, directory.LogFile("gateway"));
        _nodes.Start();
        await _nodes.WaitUntilReadyAsync(CancellationToken.None);
        await _watch.WaitUntilRoutedAsync(CancellationToken.None);
    }

    /// <summary>The nodes of a region that run now.</summary>
    internal string[] NodesOf(string region) => [.. Nodes.Snapshot().Where(node => node.Region == region && node.ProcessId is not null).Select(node => node.Name)];

    /// <summary>Starts what is dead, and waits until every server is there and the gateway sends requests to every node.</summary>
    internal async Task HealAsync()
    {
        Assert.Null(await Nodes.ApplyAsync(new("heal", Target: null)));
        await Database.HealAsync();
        await _watch!.WaitUntilRoutedAsync(CancellationToken.None).WaitAsync(Patience);
    }

    /// <summary>Keeps what the servers and nodes have said, for who looks into a failure.</summary>
    internal string KeepLogs()
    {
        var kept = Directory.CreateTempSubdirectory("everturn-failover-").FullName;
        foreach (var log in Directory.EnumerateFiles(Path.Combine(_data.Path, "logs")))
        {
            File.Copy(log, Path.Combine(kept, Path.GetFileName(log)));
        }

        foreach (var member in Database.Members)
        {
            member.CopyLogs(kept);
        }

        return kept;
    }

    public async ValueTask DisposeAsync()
    {
        if (_gateway is not null)
        {
            await Task.WhenAll(_gateway.StopAsync(), _nodes!.StopAsync());
            await _gateway.DisposeAsync();
        }

        _nodes?.Dispose();
        _taken?.Dispose();
        if (_database is not null)
        {
            await _database.DisposeAsync();
        }

        _data.Dispose();
    }
}
