using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Everturn.Cli.Cluster;
using Everturn.Cli.Verify;
using Everturn.Cli.Verify.LongTurns;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn verify</c>: judges the promises on real processes, or the engine in its simulation.</summary>
internal static class VerifyCommand
{
    private const int MostThreads = 64;

    public static Command Create()
    {
        var store = new Option<string>("--store") { Description = "sqlite (a new file), sqlite:FILE, or SCHEME:CONNECTION.", HelpName = "STORE", DefaultValueFactory = _ => "sqlite" };
        var minutes = new Option<double>("--minutes") { Description = "How long the load and the faults last.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var faults = new Option<string>("--faults")
        {
            Description = "kill, pause, store-cut, store-slow, store-lost-answers, store-lock, separated by commas.", HelpName = "LIST", DefaultValueFactory = _ => ProcessSignal.IsSupported ? "kill,pause" : "kill",
        };
        var regions = new Option<string>("--regions") { Description = "As for up.", HelpName = "LIST", DefaultValueFactory = _ => "koreacentral,southeastasia" };
        var nodes = new Option<int>("--nodes") { Description = "Nodes in each region, 1 to 16.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var conversations = new Option<int>("--conversations") { Description = "How many at a time.", HelpName = "N", DefaultValueFactory = _ => 16 };
        var seed = new Option<int?>("--seed") { Description = "Draws the faults and the load; by default a new one.", HelpName = "S" };
        var gapLimit = new Option<double>("--gap-limit")
        {
            Description = "How many seconds after a kill the first reply owed in a conversation may take.", HelpName = "S", DefaultValueFactory = _ => GapLimits.FirstReplySeconds,
        };
        var redeliveryLimit = new Option<double>("--redelivery-limit")
        {
            Description = "The same for each reply owed.", HelpName = "S", DefaultValueFactory = _ => GapLimits.EachReplySeconds,
        };
        var json = new Option<bool>("--json") { Description = "The result as one line of JSON; the course of events goes to standard error." };
        var longTurn = new Option<double?>("--long-turn")
        {
            Description = "Instead: one queued turn of the sample agent that takes so many seconds, and whose node is killed twice.", HelpName = "S",
        };
        var simulate = new Option<bool>("--simulate") { Description = "Runs the engine in its simulation, without processes." };
        var seeds = new Option<int>("--seeds") { Description = "With --simulate: how many seeds.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var first = new Option<int>("--first") { Description = "With --simulate: the first seed.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var threads = new Option<int>("--threads") { Description = "With --simulate: how many runs at a time.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var trace = new Option<bool>("--trace") { Description = "With --simulate: prints all that happened in the run of --first." };

        var command = new Command("verify", "Hurts a cluster of its own under load, and judges whether every turn happened once.")
        {
            store, minutes, faults, regions, nodes, conversations, seed, gapLimit, redeliveryLimit, json, longTurn, simulate, seeds, first, threads, trace,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var tell = parsed.GetValue(json) ? parsed.InvocationConfiguration.Error : output;
            if (parsed.GetValue(simulate))
            {
                return await SimulateAsync(
                    parsed.GetRequiredValue(first), parsed.GetRequiredValue(seeds), parsed.GetRequiredValue(threads),
                    parsed.GetValue(trace), parsed.GetValue(json), output, tell, cancellationToken);
            }

            var data = Path.Combine(Path.GetTempPath(), "everturn-verify-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
            if (parsed.GetValue(longTurn) is { } seconds)
            {
                var turn = LongTurnOptions.Create(
                    seconds, parsed.GetRequiredValue(regions), parsed.GetRequiredValue(nodes), parsed.GetRequiredValue(store), data);
                return await VerifyLongTurnAsync(turn, parsed.GetValue(json), output, tell, cancellationToken);
            }

            var options = VerifyOptions.Create(
                parsed.GetRequiredValue(regions), parsed.GetRequiredValue(nodes), parsed.GetRequiredValue(store), parsed.GetRequiredValue(minutes),
                parsed.GetRequiredValue(faults), parsed.GetRequiredValue(conversations), parsed.GetValue(seed) ?? RandomNumberGenerator.GetInt32(1_000_000),
                parsed.GetRequiredValue(gapLimit), parsed.GetRequiredValue(redeliveryLimit), data);
            return await VerifyAsync(options, parsed.GetValue(json), output, tell, cancellationToken);
        });
        return command;
    }

    private static async Task<int> VerifyAsync(VerifyOptions options, bool json, TextWriter output, TextWriter tell, CancellationToken cancellationToken)
    {
        VerifyReport report;
        try
        {
            report = await new VerifyRun(options, tell).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Forget(options.Cluster);
            await tell.WriteLineAsync("Stopped before the end: no verdict.");
            return ExitCodes.Failed;
        }

        if (report.Evidence is null)
        {
            Forget(options.Cluster);
        }

        await (json ? output.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Default.VerifyReport)) : report.WriteAsync(output));
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> VerifyLongTurnAsync(LongTurnOptions options, bool json, TextWriter output, TextWriter tell, CancellationToken cancellationToken)
    {
        LongTurnReport report;
        try
        {
            report = await new LongTurnRun(options, tell).RunAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Forget(options.Cluster);
            await tell.WriteLineAsync("Stopped before the end: no verdict.");
            return ExitCodes.Failed;
        }

        if (report.Evidence is null)
        {
            Forget(options.Cluster);
        }

        await (json ? output.WriteLineAsync(JsonSerializer.Serialize(report, CliJson.Default.LongTurnReport)) : report.WriteAsync(output));
        return report.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static async Task<int> SimulateAsync(
        int first, int seeds, int threads, bool trace, bool json, TextWriter output, TextWriter tell, CancellationToken cancellationToken)
    {
        Require(first >= 0, $"--first is {first}; it must be 0 or more.");
        Require(seeds >= 1 && seeds <= int.MaxValue - first, $"--seeds is {seeds}; it must be at least 1, and --first plus --seeds at most {int.MaxValue}.");
        Require(threads is >= 1 and <= MostThreads, $"--threads is {threads}; it must be 1 to {MostThreads}.");
        using var signals = new StopSignals(cancellationToken);
        SimulationSummary summary;
        try
        {
            summary = await Task.Run(() => new SimulationCampaign(first, seeds, threads).Run(tell.WriteLine, signals.Asked), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            await tell.WriteLineAsync("Stopped before the end: no verdict.");
            return ExitCodes.Failed;
        }

        if (trace)
        {
            await tell.WriteAsync(summary.Failed.FirstOrDefault(failed => failed.Seed == first)?.Trace ?? Simulator.Run(first).Trace());
        }

        await (json ? output.WriteLineAsync(JsonSerializer.Serialize(summary, CliJson.Default.SimulationSummary)) : summary.WriteAsync(output));
        return summary.Passed ? ExitCodes.Done : ExitCodes.Failed;
    }

    // What a failure leaves is evidence; everything else is rubbish.
    private static void Forget(UpOptions cluster)
    {
        if (Directory.Exists(cluster.Data))
        {
            Directory.Delete(cluster.Data, recursive: true);
        }
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new CliException(ErrorCodes.CommandLine, otherwise, ExitCodes.Usage);
        }
    }
}
