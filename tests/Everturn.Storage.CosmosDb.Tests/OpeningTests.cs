using System.Net;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.CosmosDb.Tests;

public sealed class OpeningTests
{
    [Fact]
    public async Task Missing_container_is_made_with_one_indexed_property_and_no_default_expiry()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var store = new CosmosDbStore(options);
        await store.OpenAsync();

        using var client = Client(options);
        var made = (await client.GetContainer(options.Database, options.Container).ReadContainerAsync()).Resource;
        Assert.Equal("/id", made.PartitionKeyPath);
        Assert.Equal(-1, made.DefaultTimeToLive);
        Assert.Equal("/due/?", Assert.Single(made.IndexingPolicy.IncludedPaths).Path);
        Assert.Equal("/*", Assert.Single(made.IndexingPolicy.ExcludedPaths).Path);
    }

    [Fact]
    public async Task Many_openings_at_once_of_a_new_container_all_succeed()
    {
        var options = await CosmosDbServer.OptionsAsync();
        var stores = Enumerable.Range(0, 8).Select(_ => new CosmosDbStore(options)).ToArray();
        await Task.WhenAll(stores.Select(store => store.OpenAsync()));
        Assert.All(stores, store => store.Dispose());
    }

    [Fact]
    public async Task Missing_container_that_must_not_be_made_is_refused()
    {
        var options = await CosmosDbServer.OptionsAsync();
        options.CreateContainer = false;
        Assert.True((await AssertRefusedAsync("ET2304", options)).IsLasting);
    }

    [Theory]
    [InlineData(true, new[] { "Korea Central", "Japan East" })]
    [InlineData(true, new[] { "Korea Central" })]
    [InlineData(false, new[] { "Korea Central", "Japan East" })]
    public async Task Account_with_many_write_regions_is_refused_with_the_cure(bool setting, string[] regions)
    {
        await using var account = await AccountStandIn.StartAsync(setting, regions, regions, "Session");
        var options = new CosmosDbStoreOptions
        {
            Connection = CosmosDbServer.Connection(account.Address),
            ConfigureClient = client => CosmosDbServer.Configure(client, new SocketsHttpHandler()),
        };
        var error = await AssertRefusedAsync("ET2303", options);
        Assert.True(error.IsLasting);
        Assert.Contains("one write region", error.Message, StringComparison.Ordinal);
        Assert.Contains("Strong", error.Message, StringComparison.Ordinal);
        Assert.Contains("Korea Central", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Strong", new[] { "A", "B", "C" }, null)]
    [InlineData("Session", new[] { "A" }, "there is one region")]
    [InlineData("Session", new[] { "A", "B" }, "15 minutes")]
    [InlineData("BoundedStaleness", new[] { "A", "B" }, "staleness bound")]
    [InlineData("Eventual", new[] { "A", "B", "C" }, "15 minutes")]
    public async Task Account_that_is_not_strongly_consistent_is_warned_of_with_the_possible_loss(string consistency, string[] regions, string? loss)
    {
        var wire = await CosmosDbServer.WireAsync();
        wire.Intercept = AccountStandIn.Over(regions, consistency);
        var log = new LogRecorder();
        using var store = new CosmosDbStore(await CosmosDbServer.OptionsAsync(wire: wire), log);
        await store.OpenAsync();
        if (loss is null) Assert.Empty(log.Messages(2302));
        else Assert.Contains(loss, Assert.Single(log.Messages(2302)), StringComparison.Ordinal);
        Assert.Contains(consistency, Assert.Single(log.Messages(2301)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_of_another_shape_is_refused_and_left_alone()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var client = Client(options);
        var database = (await client.CreateDatabaseIfNotExistsAsync(options.Database)).Database;
        await database.CreateContainerAsync(new ContainerProperties(options.Container, "/tenant") { PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2, DefaultTimeToLive = 60 });
        var error = await AssertRefusedAsync("ET2305", options);
        Assert.Contains("/tenant", error.Message, StringComparison.Ordinal);
        Assert.Contains("expire after 60 s", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_that_indexes_everything_is_warned_of()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var client = Client(options);
        var database = (await client.CreateDatabaseIfNotExistsAsync(options.Database)).Database;
        var properties = new ContainerProperties(options.Container, "/id") { PartitionKeyDefinitionVersion = PartitionKeyDefinitionVersion.V2 };
        properties.IndexingPolicy.IncludedPaths.Add(new IncludedPath { Path = "/*" });
        await database.CreateContainerAsync(properties);
        var log = new LogRecorder();
        using var store = new CosmosDbStore(options, log);
        await store.OpenAsync();
        Assert.Single(log.Messages(2304));
    }

    [Theory]
    [InlineData(HttpStatusCode.Unauthorized)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task Account_that_refuses_the_key_is_named(HttpStatusCode status)
    {
        var wire = await CosmosDbServer.WireAsync();
        wire.Intercept = (request, _) => Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent("{}") });
        Assert.True((await AssertRefusedAsync("ET2302", await CosmosDbServer.OptionsAsync(wire: wire))).IsLasting);
    }

    [Fact]
    public async Task Server_that_does_not_listen_is_named_within_the_time_limit()
    {
        var options = new CosmosDbStoreOptions
        {
            Connection = CosmosDbServer.Connection(new Uri("http://127.0.0.1:1/")),
            Timeout = TimeSpan.FromSeconds(1),
            ConfigureClient = client => CosmosDbServer.Configure(client, new SocketsHttpHandler()),
        };
        var error = await AssertRefusedAsync("ET2301", options).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(error.IsLasting);
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountKey=secret")]
    [InlineData("AccountEndpoint=nowhere;AccountKey=secret")]
    [InlineData("ftp://x/y")]
    public void Connection_that_is_none_is_refused_without_repeating_it(string connection)
    {
        var error = Assert.Throws<OptionsValidationException>(() => new CosmosDbStore(new CosmosDbStoreOptions { Connection = connection }));
        Assert.StartsWith("ET2309", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_told_all_at_once()
    {
        var options = new CosmosDbStoreOptions { Database = "a/b", Container = "", Timeout = TimeSpan.Zero };
        var error = Assert.Throws<OptionsValidationException>(() => new CosmosDbStore(options));
        Assert.Equal(4, error.Failures.Count());
        Assert.All(error.Failures, failure => Assert.StartsWith("ET2309", failure, StringComparison.Ordinal));
    }

    internal static CosmosClient Client(CosmosDbStoreOptions options)
    {
        var settings = new CosmosClientOptions();
        options.ConfigureClient!(settings);
        return new CosmosClient(options.Connection, settings);
    }

    private static async Task<CosmosDbStoreException> AssertRefusedAsync(string code, CosmosDbStoreOptions options)
    {
        using var store = new CosmosDbStore(options);
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(() => store.OpenAsync());
        Assert.Equal(code, error.Code);
        Assert.StartsWith(code + ": ", error.Message, StringComparison.Ordinal);
        return error;
    }
}
