using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Everturn.Cli.Bots;
using Everturn.Cli.Cluster;
using Everturn.Cli.Serving;
using Everturn.Cli.Verify.Stores;

namespace Everturn.Cli.Verify;

/// <summary>One run of `everturn verify` on real processes: load, faults, healing, judgement. Leaves no process, and no data unless it fails.</summary>
/// <param name="options">What is asked for.</param>
/// <param name="tell">Where the course of events is written.</param>
internal sealed class VerifyRun(VerifyOptions options, TextWriter tell)
{
    // Half of what clients manage on a slow machine while a node of four is down.
    private const double LeastMessagesPerSecond = 1;

    private readonly Stopwatch _clock = new();
    private readonly TextWriter _tell = TextWriter.Synchronized(tell);

    /// <exception cref="OperationCanceledException">Stopped before its end.</exception>
    public async Task<VerifyReport> RunAsync(CancellationToken cancellationToken)
    {
        using var signals = new StopSignals(cancellationToken);
        var directory = new ClusterDirectory(options.Cluster.Data);
        RecordedRun run;
        using (directory.Take())
        {
            var bot = await BotFinder.Find(options.Cluster.Bot).BuildAsync(_tell, signals.Asked);
            ClusterWatch? watch = null;
            var plans = NodePlan.ForAll(options.Cluster.Regions, options.Cluster.NodesPerRegion, bot, options.Cluster.Store, directory).ToArray();
            await using var store = options.OpenStore(plans.Select(plan => plan.Name));
            using var cluster = new LocalCluster(
                plans.Select(plan => plan with { Store = store.ConnectionOf(plan.Name), Environment = LogTally.NodeEnvironment }),
                node => watch!.NodeChanged(node));
            watch = new ClusterWatch(cluster);
            await using var gateway = await GatewayHost.StartAsync(options.Cluster.Port, options.Cluster.Regions, watch, directory.LogFile("gateway"));
            try
            {
                Tell($"seed {options.Seed}; starting {cluster.Nodes.Count} nodes on {options.Scheme}");
                cluster.Start();
                await cluster.WaitUntilReadyAsync(signals.Asked);
                await watch.WaitUntilRoutedAsync(signals.Asked);
                run = await RunAsync(cluster, store, watch, new Uri(gateway.Url), signals.Asked);
            }
            finally
            {
                await using var kill = signals.Hurry.Register(cluster.KillAll);
                await Task.WhenAll(gateway.StopAsync(), cluster.StopAsync());
            }
        }

        var violations = RunJudge.Judge(run);
        var evidence = violations.Count > 0 ? await KeepAsync(run, directory.Path) : null;
        var tally = LogTally.Read(Path.Combine(directory.Path, "logs"));
        return VerifyReport.Of(options, run, tally, violations, _clock.Elapsed, evidence);
    }

    private async Task<RecordedRun> RunAsync(LocalCluster cluster, IStoreUnderTest store, ClusterWatch watch, Uri gateway, CancellationToken cancellationToken)
    {
        using var crowd = new Crowd(gateway, options.Conversations, options.Seed, () => Running(cluster));
        var schedule = FaultSchedule.Draw(
            options.Seed, options.Length, options.Faults, options.Cluster.Regions, options.Cluster.NodesPerRegion, isNetworked: options.Route is not null);
        foreach (var fault in schedule)
        {
            await _tell.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"  planned at {fault.At.TotalSeconds,6:0.0} s: {fault}"));
        }

        _clock.Start();
        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        closing.CancelAfter(options.Length);
        var injector = new FaultInjector(cluster, crowd, store, Tell);
        await Task.WhenAll(injector.RunAsync(schedule, cancellationToken), crowd.RunAsync(closing.Token, cancellationToken));

        Tell($"{crowd.Posts} messages posted in {crowd.Conversations} conversations; healing, and waiting for what is owed");
        await cluster.ApplyAsync(new("heal", Target: null));
        await watch.WaitUntilRoutedAsync(cancellationToken).WaitAsync(LocalCluster.StartPatience, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        await crowd.BecomeQuietAsync(cancellationToken);
        Tell("reading everything back");
        var conversations = await crowd.ReadBackAsync(cancellationToken);
        return new(
            conversations, injector.Injected, options.Faults, (int)(options.Length.TotalSeconds * LeastMessagesPerSecond),
            [.. cluster.Nodes.Select(node => node.Name)], options.Length, options.Limits);
    }

    private void Tell(string line) => _tell.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {line}"));

    private static Uri[] Running(LocalCluster cluster) =>
        [.. cluster.Snapshot().Where(node => node is { State: NodeState.Ready, Url: not null }).Select(node => new Uri(node.Url!))];

    private static async Task<string> KeepAsync(RecordedRun run, string data)
    {
        await using var file = File.Create(Path.Combine(data, "run.json"));
        await JsonSerializer.SerializeAsync(file, run, CliJson.Default.RecordedRun);
        return data;
    }
}
