using System.Text.Json;
using Everturn.Cli.Commands;
using Everturn.Cli.Tests.Running;
using Everturn.Storage;

namespace Everturn.Cli.Tests.Storage;

/// <summary>`everturn store` and `everturn up` on a real server or its emulation.</summary>
public sealed class NetworkedStoreCommandTests
{
    private static readonly string[] Secrets = ["s3cr3t", "c2VjcmV0"];

    // One after the other on each: the emulation of Cosmos DB has one account, so its container is made once.
    [Theory]
    [InlineData("postgres", "ET2109", "PostgreSQL 1")]
    [InlineData("azureblobs", "ET2203", "Azure Blob Storage, ")]
    [InlineData("cosmos", "ET2304", "Azure Cosmos DB for NoSQL, ")]
    public async Task Store_is_made_checked_counted_and_run_on(string scheme, string missing, string version)
    {
        await using var server = await StoreServer.StartAsync(scheme);
        foreach (var look in new[] { "check", "stats" })
        {
            var (refused, _, why) = await RunAsync(look, server.Store);
            Assert.Equal(ExitCodes.Failed, refused);
            Assert.StartsWith($"everturn: {missing}: ", why, StringComparison.Ordinal);
            Assert.Contains("everturn store init", why, StringComparison.Ordinal);
        }

        Assert.Equal((ExitCodes.Done, "The store is ready.", ""), await RunAsync("init", server.Store));
        Assert.Equal((ExitCodes.Done, "The store is ready.", ""), await RunAsync("init", server.Store));

        var (checkedCode, json, error) = await RunAsync("check", server.Store, "--json");
        Assert.True(checkedCode == ExitCodes.Done, error);
        var report = JsonSerializer.Deserialize(json, CliJson.Default.StoreReport)!;
        Assert.Equal((1, 12), (report.Form, report.Tested));
        Assert.Empty(report.Failed);
        Assert.StartsWith(version, report.Version, StringComparison.Ordinal);
        Assert.True(report.ReadMilliseconds > 0 && report.WriteMilliseconds > 0, json);
        Assert.DoesNotContain("AccountKey", json, StringComparison.Ordinal);

        // The check has left nothing.
        Assert.Equal(new StoreStats(0, scheme == "cosmos" ? null : 0, 0, null), await StatsAsync(server.Store));

        await using (var up = await RunningUp.StartReadyAsync(["--regions", "eastus", "--nodes", "2", "--store", server.Store]))
        {
            var (_, said, _) = await up.ChatAsync("mushroom", "cheese");
            Assert.Contains("cheese", said, StringComparison.Ordinal);
            Assert.Contains("mushroom", said, StringComparison.Ordinal);
        }

        Assert.True((await StatsAsync(server.Store)).Documents > 0, "The bot has kept nothing in the store.");
    }

    [Theory]
    [InlineData("postgres:Host=127.0.0.1;Port=1;Username=u;Password=s3cr3t", "ET2102")]
    [InlineData("postgres:Host=127.0.0.1;Prot=1;Password=s3cr3t", "ET2101")]
    [InlineData("azureblobs:DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a", "ET2201")]
    [InlineData("azureblobs:http://127.0.0.1:1/a/b?sv=2023-01-03&sig=s3cr3t", "ET2201")]
    [InlineData("azureblobs:AccountKey=c2VjcmV0", "ET2209")]
    [InlineData("cosmos:AccountEndpoint=http://127.0.0.1:1/;AccountKey=c2VjcmV0", "ET2301")]
    [InlineData("cosmos:AccountKey=c2VjcmV0", "ET2309")]
    [InlineData("Host=db;Password=s3cr3t", "ET6001")]
    [InlineData("AccountName=a;AccountKey=c2VjcmV0", "ET6001")]
    [InlineData("AccountEndpoint=https://x/;AccountKey=c2VjcmV0", "ET6001")]
    public async Task Connection_that_leads_nowhere_is_told_without_its_secrets(string store, string code)
    {
        var (exitCode, output, error) = await RunAsync("check", store);

        Assert.NotEqual(ExitCodes.Done, exitCode);
        Assert.StartsWith($"everturn: {code}: ", error, StringComparison.Ordinal);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, output + error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cluster_whose_store_cannot_be_reached_ends_with_the_reason_of_its_nodes()
    {
        using var folder = new TemporaryDirectory();
        var (exitCode, output, error) = await Tool.RunAsync(
            ["up", "--no-browser", "--port", "0", "--regions", "eastus", "--nodes", "1", "--data", folder.Path,
                "--store", "azureblobs:DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a"]);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Contains("everturn: ET6009: ", error, StringComparison.Ordinal);
        Assert.Contains("ET2201: ", error, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", error, StringComparison.Ordinal);
        Assert.All(Secrets, secret => Assert.DoesNotContain(secret, output + error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host=db;Password=s3cr3t")]
    [InlineData("AccountEndpoint=https://x/;AccountKey=c2VjcmV0")]
    public async Task Connection_without_its_scheme_is_not_repeated_by_up_and_verify(string store)
    {
        foreach (var command in new[] { "up", "verify" })
        {
            using var error = new StringWriter();
            Assert.Equal(ExitCodes.Usage, await EverturnCommand.RunAsync([command, "--store", store], TextWriter.Null, error));
            Assert.StartsWith("everturn: ET6001: unknown store. ", error.ToString(), StringComparison.Ordinal);
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, error.ToString(), StringComparison.Ordinal));
        }
    }

    private static async Task<StoreStats> StatsAsync(string store)
    {
        var (exitCode, json, error) = await RunAsync("stats", store, "--json");
        Assert.True(exitCode == ExitCodes.Done, error);
        return JsonSerializer.Deserialize(json, CliJson.Default.StoreStats)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string command, string store, params string[] more)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await EverturnCommand.RunAsync(["store", command, "--store", store, .. more], output, error);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
