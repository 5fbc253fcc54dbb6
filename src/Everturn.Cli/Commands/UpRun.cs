using Everturn.Cli.Bots;
using Everturn.Cli.Cluster;
using Everturn.Cli.Display;
using Everturn.Cli.Serving;

namespace Everturn.Cli.Commands;

/// <summary>One run of `everturn up`. Whatever ends it, it leaves no process and no cluster.json.</summary>
internal sealed class UpRun(UpOptions options, TextWriter output)
{
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var signals = new StopSignals(cancellationToken);
        var source = BotFinder.Find(options.Bot);
        var directory = new ClusterDirectory(options.Data);
        using var taken = directory.Take();
        var ready = false;
        try
        {
            var bot = await source.BuildAsync(output, signals.Asked);
            await using var view = ClusterView.Create(output);
            ClusterWatch? watch = null;
            using var cluster = new LocalCluster(
                NodePlan.ForAll(options.Regions, options.NodesPerRegion, bot, options.Store, directory),
                node =>
                {
                    watch!.NodeChanged(node);
                    view.NodeChanged(node);
                });
            watch = new ClusterWatch(cluster);
            await using var gateway = await GatewayHost.StartAsync(options.Port, options.Regions, watch, directory.LogFile("gateway"));
            try
            {
                cluster.Start();
                directory.Write(new ClusterFile(gateway.Url, Environment.ProcessId));
                view.Show(watch.Status);
                await cluster.WaitUntilReadyAsync(signals.Asked);
                await watch.WaitUntilRoutedAsync(signals.Asked);
                ready = true;
                await view.ReadyAsync(gateway.Url);
                if (options.OpenBrowser)
                {
                    Browser.Open(gateway.Url);
                }

                await Task.Delay(Timeout.Infinite, signals.Asked);
            }
            finally
            {
                await view.EndAsync();
                directory.Clear();
                await StopAsync(gateway, cluster, signals.Hurry);
            }
        }
        catch (OperationCanceledException) when (signals.Asked.IsCancellationRequested)
        {
            // As asked.
        }

        await output.WriteLineAsync("Stopped.");
        return ready ? ExitCodes.Done : ExitCodes.Failed;
    }

    // Both at once: nodes wait for the streams that the gateway holds, and the gateway for the answers of the nodes.
    private static async Task StopAsync(GatewayHost gateway, LocalCluster cluster, CancellationToken hurry)
    {
        await using var kill = hurry.Register(cluster.KillAll);
        await Task.WhenAll(gateway.StopAsync(), cluster.StopAsync());
    }
}
