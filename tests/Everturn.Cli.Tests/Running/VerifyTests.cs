using System.Text.Json;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Running;

/// <summary>`everturn verify` as a person runs it.</summary>
public sealed class VerifyTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Cluster_under_kills_and_pauses_passes()
    {
        var (exitCode, json, course) = await Tool.RunAsync(["verify", "--minutes", "0.34", "--faults", "kill,pause", "--seed", "11", "--json"]);

        output.WriteLine(course);
        output.WriteLine(json);
        Assert.Equal(0, exitCode);
        var report = JsonSerializer.Deserialize(json, CliJson.Default.VerifyReport)!;
        Assert.True(report.Passed);
        Assert.Empty(report.Violations);
        Assert.Null(report.Evidence);
        Assert.Equal(report.MessagesAccepted, report.Replies);
        Assert.True(report.Faults["kill"] > 0 && report.Faults["pause"] > 0, json);
        Assert.True(report.PostsRepeated > 0 && report.DuplicatesRefused > 0, json);
    }

    [Fact]
    public async Task Cluster_whose_store_is_held_by_another_process_passes()
    {
        using var folder = new TemporaryDirectory();
        var (exitCode, printed, _) = await Tool.RunAsync(
            ["verify", "--minutes", "0.2", "--faults", "store-lock", "--regions", "eastus", "--seed", "3", "--store", $"sqlite:{Path.Combine(folder.Path, "own.db")}"]);

        output.WriteLine(printed);
        Assert.EndsWith("PASS", printed.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(0, exitCode);
        Assert.True(File.Exists(Path.Combine(folder.Path, "own.db")));
    }

    [Fact]
    public async Task Cluster_whose_store_fails_in_every_way_that_a_file_can_passes()
    {
        var (exitCode, json, course) = await Tool.RunAsync(
            ["verify", "--minutes", "0.34", "--faults", "store-cut,store-slow,store-lost-answers", "--seed", "5", "--json"]);

        output.WriteLine(course);
        output.WriteLine(json);
        Assert.Equal(0, exitCode);
        var report = JsonSerializer.Deserialize(json, CliJson.Default.VerifyReport)!;
        Assert.True(report.Faults["store-cut"] > 0 && report.Faults["store-slow"] > 0 && report.Faults["store-lost-answers"] > 0, json);
    }

    [Fact]
    public async Task Limit_that_no_cluster_keeps_fails_the_run_and_names_the_conversation_and_the_time()
    {
        using var folder = new TemporaryDirectory();
        var (exitCode, printed, _) = await Tool.RunAsync(
            ["verify", "--minutes", "0.5", "--faults", "kill", "--seed", "2", "--gap-limit", "0.001"],
            environment: new Dictionary<string, string> { ["TMPDIR"] = folder.Path });

        output.WriteLine(printed);
        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Matches(@"VIOLATION gap.* owed when it was killed at .* came after \d", printed);
    }

    [Fact]
    public async Task Interrupted_run_ends_its_processes_and_gives_no_verdict()
    {
        using var verify = Tool.Start(["verify", "--minutes", "5"]);
        verify.StandardInput.Close();
        var printed = "";
        while (!printed.Contains("planned at", StringComparison.Ordinal))
        {
            printed += await verify.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) ?? throw new InvalidOperationException(printed);
        }

        var nodes = ProcessTable.ChildrenOf(verify.Id);
        Assert.Equal(4, nodes.Count);
        ProcessSignal.Send(verify.Id, ProcessSignal.Terminate);
        printed = await verify.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await verify.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("no verdict", printed, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, verify.ExitCode);
        await ProcessTable.AllEndAsync(nodes);
    }

    [Fact]
    public async Task Simulation_of_some_seeds_passes_and_counts_its_transitions()
    {
        var (exitCode, printed, _) = await Tool.RunAsync(["verify", "--simulate", "--seeds", "20"]);

        output.WriteLine(printed);
        Assert.Equal(0, exitCode);
        Assert.Contains("20 seeds from 1", printed, StringComparison.Ordinal);
        Assert.Contains("taken over", printed, StringComparison.Ordinal);
        Assert.EndsWith("PASS", printed.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Simulation_of_one_seed_with_its_trace_prints_what_happened()
    {
        var (exitCode, printed, _) = await Tool.RunAsync(["verify", "--simulate", "--seeds", "1", "--first", "42", "--trace"]);

        Assert.Equal(0, exitCode);
        Assert.StartsWith(Everturn.Testing.Simulation.Simulator.Run(42).Trace(), printed, StringComparison.Ordinal);
    }
}
