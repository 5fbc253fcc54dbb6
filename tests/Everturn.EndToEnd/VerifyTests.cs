using System.Text.Json;
using Everturn.Storage.AzureBlobs.Tests;
using Everturn.Storage.Postgres.Tests.Servers;

namespace Everturn.EndToEnd;

/// <summary><c>everturn verify</c> on stores behind a network, which is cut, slow and loses answers while nodes are killed and paused.</summary>
public sealed class VerifyTests(ITestOutputHelper output)
{
    private static readonly string[] Faults = ["kill", "pause", "store-cut", "store-slow", "store-lost-answers"];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // The run itself, the start of a cluster that may have to be built first, and a minute for what is owed at its end.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task Cluster_on_PostgreSQL_under_every_fault_loses_and_doubles_nothing()
    {
        await using var server = await PostgresServer.StartAsync();
        await AssertPassesAsync("postgres:" + server.ConnectionString);
    }

    [Fact]
    public async Task Cluster_on_Azurite_under_every_fault_loses_and_doubles_nothing() =>
        await AssertPassesAsync("azureblobs:" + await Azurite.ConnectionAsync());

    [Fact]
    public async Task Queued_turn_whose_node_is_killed_twice_ends_once()
    {
        // A whole minute where all tests are run.
        var seconds = Environment.GetEnvironmentVariable("EVERTURN_TEST_ALL") == "true" ? "60" : "15";
        var (exitCode, json, course) = await Command.RunAsync(Patience, "verify", "--long-turn", seconds, "--json");

        output.WriteLine(course);
        output.WriteLine(json);
        Assert.Equal(0, exitCode);
        var report = JsonSerializer.Deserialize<LongTurn>(json, Json)!;
        Assert.True(report.Passed);
        Assert.Equal(1, report.Replies);
        Assert.Equal(2, report.Killed.Count);
        Assert.Equal(["pay", "reserve"], report.Calls.Keys.Select(call => call.Split('-')[0]).Order(StringComparer.Ordinal));
        Assert.Equal([1, 1], report.Effects.Values);
    }

    private async Task AssertPassesAsync(string store)
    {
        var (exitCode, json, course) = await Command.RunAsync(
            Patience, "verify", "--minutes", "0.5", "--faults", string.Join(',', Faults), "--seed", "7", "--store", store, "--json");

        output.WriteLine(course);
        output.WriteLine(json);
        Assert.Equal(0, exitCode);
        var report = JsonSerializer.Deserialize<Report>(json, Json)!;
        Assert.True(report.Passed);
        Assert.Empty(report.Violations);
        Assert.All(Faults, fault => Assert.True(report.Faults.GetValueOrDefault(fault) > 0, $"{fault} never took effect."));
        // Answers that nobody missed would prove nothing.
        Assert.True(report.UnknownCommits > 0, "No node was left without the answer to a commit.");
        Assert.True(report.MessagesAccepted == report.Replies, $"{report.MessagesAccepted} messages have {report.Replies} replies.");
    }

    private sealed record Report(
        bool Passed, int MessagesAccepted, int Replies, long UnknownCommits, Dictionary<string, int> Faults, IReadOnlyList<JsonElement> Violations);

    private sealed record LongTurn(
        bool Passed, int Replies, IReadOnlyList<string> Killed, Dictionary<string, int> Calls, Dictionary<string, int> Effects);
}
