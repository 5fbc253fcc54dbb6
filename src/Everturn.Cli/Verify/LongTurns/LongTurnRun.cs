using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Cli.Bots;
using Everturn.Cli.Chat;
using Everturn.Cli.Cluster;
using Everturn.Cli.Serving;
using Everturn.Cli.Storage;
using Everturn.Conversations;
using Everturn.Storage;
using Activity = Everturn.Activities.Activity;

namespace Everturn.Cli.Verify.LongTurns;

/// <summary>
/// One long queued turn on real processes: the sample `agent` books a trip and pays it, and whichever node runs the turn is killed, twice.
/// Leaves no process, and no data unless it fails.
/// </summary>
/// <param name="options">What is asked for.</param>
/// <param name="tell">Where the course of events is written.</param>
internal sealed class LongTurnRun(LongTurnOptions options, TextWriter tell)
{
    private const string Message = "Book a trip to Oslo for 2 and pay";

    // Is answered at once, from behind the long turn: a second answer to that one would stand before it.
    private const string Followup = "What did I say?";

    private const int Kills = 2;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Down = TimeSpan.FromSeconds(2);

    private readonly Stopwatch _clock = new();

    /// <exception cref="OperationCanceledException">Stopped before its end.</exception>
    public async Task<LongTurnReport> RunAsync(CancellationToken cancellationToken)
    {
        using var signals = new StopSignals(cancellationToken);
        var directory = new ClusterDirectory(options.Cluster.Data);
        LongTurnReport report;
        using (directory.Take())
        {
            var bot = await BotFinder.Find(options.Cluster.Bot).BuildAsync(tell, signals.Asked);
            ClusterWatch? watch = null;
            var plans = NodePlan.ForAll(options.Cluster.Regions, options.Cluster.NodesPerRegion, bot, options.Cluster.Store, directory);
            using var cluster = new LocalCluster(plans.Select(plan => plan with { Environment = options.NodeEnvironment }), node => watch!.NodeChanged(node));
            watch = new ClusterWatch(cluster);
            await using var gateway = await GatewayHost.StartAsync(options.Cluster.Port, options.Cluster.Regions, watch, directory.LogFile("gateway"));
            try
            {
                await TellAsync($"starting {cluster.Nodes.Count} nodes");
                cluster.Start();
                await cluster.WaitUntilReadyAsync(signals.Asked);
                await watch.WaitUntilRoutedAsync(signals.Asked);
                report = await RunAsync(cluster, bot.Name, new Uri(gateway.Url), signals.Asked);
            }
            finally
            {
                await using var kill = signals.Hurry.Register(cluster.KillAll);
                await Task.WhenAll(gateway.StopAsync(), cluster.StopAsync());
            }
        }

        return report.Passed ? report : report with { Evidence = directory.Path };
    }

    private async Task<LongTurnReport> RunAsync(LocalCluster cluster, string bot, Uri gateway, CancellationToken cancellationToken)
    {
        using var conversation = await Conversation.StartAsync(gateway, cancellationToken);
        var record = new ConversationKey(bot, "directline", conversation.Id).ToStoreKey();
        _clock.Start();
        var message = await conversation.SendAsync(Message, cancellationToken);
        await TellAsync($"posted: {Message}");
        var killed = new List<string>();
        for (var kill = 1; kill <= Kills; kill++)
        {
            await WaitUntilAsync(options.Length * kill / (Kills + 1), cancellationToken);
            killed.Add(await KillRunnerAsync(cluster, record, cancellationToken));
        }

        var patience = (options.Length * 3) + LocalCluster.StartPatience;
        var replies = await WaitForRepliesAsync(conversation, message, patience, cancellationToken);
        var seconds = _clock.Elapsed.TotalSeconds;
        await TellAsync("answered; asking for something else, to see that nothing more comes");
        var followup = await conversation.SendAsync(Followup, cancellationToken);
        await WaitForRepliesAsync(conversation, followup, patience, cancellationToken);
        var transcript = await conversation.ReadAllAsync(cancellationToken);
        replies = RepliesTo(transcript, message);
        var calls = Files("calls").GroupBy(name => name[..name.LastIndexOf('-')], StringComparer.Ordinal)
            .OrderBy(call => call.Key, StringComparer.Ordinal).ToDictionary(call => call.Key, call => call.Count(), StringComparer.Ordinal);
        var effects = new Dictionary<string, int>(StringComparer.Ordinal) { ["reservations"] = Files("reservations").Length, ["payments"] = Files("payments").Length };
        var violations = Judge(transcript.Count(activity => activity.Id == message), replies, killed, calls, effects).ToArray();
        return new(violations.Length == 0, Math.Round(seconds, 1), options.Length.TotalSeconds, killed, replies.Length, calls, effects, violations, Evidence: null);
    }

    private static IEnumerable<string> Judge(
        int shown, Activity[] replies, List<string> killed, Dictionary<string, int> calls, Dictionary<string, int> effects)
    {
        if (shown != 1)
        {
            yield return $"the message is shown {shown} times";
        }

        if (replies is not [{ Text: var text }] || text?.Contains("Reserved and paid", StringComparison.Ordinal) != true)
        {
            yield return $"the message got {replies.Length} replies: {string.Join(" | ", replies.Select(reply => reply.Text))}";
        }

        foreach (var (effect, count) in effects.Where(effect => effect.Value != 1))
        {
            yield return $"there are {count} {effect}";
        }

        foreach (var tool in calls.GroupBy(call => call.Key.Split('-')[0], StringComparer.Ordinal).Where(tool => tool.Count() > 1))
        {
            yield return $"{tool.Key} was called under {tool.Count()} keys";
        }

        // Each kill interrupts one call at most.
        if (calls.Values.Sum(count => count - 1) is var repeated && repeated > killed.Count)
        {
            yield return $"calls were repeated {repeated} times, with {killed.Count} kills";
        }
    }

    // Who holds the lease runs the turn.
    private async Task<string> KillRunnerAsync(LocalCluster cluster, string record, CancellationToken cancellationToken)
    {
        var names = cluster.Nodes.Select(node => node.Name).ToArray();
        string? runner = null;
        for (var patience = Stopwatch.StartNew(); runner is null; await Task.Delay(Interval, cancellationToken))
        {
            var owner = await OwnerAsync(record, cancellationToken);
            runner = Array.Find(names, name => owner == name || owner?.StartsWith(name + "#", StringComparison.Ordinal) == true);
            if (runner is null && patience.Elapsed > LocalCluster.StartPatience)
            {
                throw new CliException(ErrorCodes.LongTurnLost, $"nobody runs the turn any more; the lease is {owner ?? "nobody"}'s.");
            }
        }

        await cluster.ApplyAsync(new("kill", runner));
        await TellAsync($"killed {runner}, which ran the turn");
        _ = StartAgainAsync();
        return runner;

        async Task StartAgainAsync()
        {
            await Task.Delay(Down, CancellationToken.None);
            await cluster.ApplyAsync(new("start", runner));
        }
    }

    private async Task<string?> OwnerAsync(string record, CancellationToken cancellationToken)
    {
        var store = StoreCatalog.Open(options.Cluster.Store, mayMake: false);
        try
        {
            if (await store.LoadAsync(record, cancellationToken) is not { } document)
            {
                return null;
            }

            using var json = JsonDocument.Parse(document.Content);
            return json.RootElement.TryGetProperty("lease", out var lease) && lease.TryGetProperty("owner", out var owner) ? owner.GetString() : null;
        }
        finally
        {
            await DisposeAsync(store);
        }
    }

    private static ValueTask DisposeAsync(IStore store)
    {
        if (store is IAsyncDisposable disposable)
        {
            return disposable.DisposeAsync();
        }

        (store as IDisposable)?.Dispose();
        return default;
    }

    private static async Task<Activity[]> WaitForRepliesAsync(Conversation conversation, string? message, TimeSpan patience, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            var replies = RepliesTo(await conversation.ReadAllAsync(cancellationToken), message);
            if (replies.Length > 0 || waited.Elapsed > patience)
            {
                return replies;
            }

            await Task.Delay(Interval, cancellationToken);
        }
    }

    private static Activity[] RepliesTo(IEnumerable<Activity> transcript, string? message) =>
        [.. transcript.Where(activity => activity.Type == ActivityTypes.Message && activity.ReplyToId == message)];

    private string[] Files(string folder) => Directory.Exists(Path.Combine(options.Agency, folder))
        ? [.. Directory.EnumerateFiles(Path.Combine(options.Agency, folder)).Select(file => Path.GetFileName(file)).Where(name => name[0] != '.')]
        : [];

    private async Task WaitUntilAsync(TimeSpan at, CancellationToken cancellationToken)
    {
        if (at > _clock.Elapsed)
        {
            await Task.Delay(at - _clock.Elapsed, cancellationToken);
        }
    }

    private Task TellAsync(string line) => tell.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{_clock.Elapsed.TotalSeconds,6:0.0} s  {line}"));
}
