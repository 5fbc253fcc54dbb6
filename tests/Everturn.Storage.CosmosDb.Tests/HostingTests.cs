using Everturn.Hosting;
using Everturn.Storage.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Storage.CosmosDb.Tests;

public sealed class HostingTests
{
    // Design: a steady turn that touches conversation state alone costs one store write and no read.
    [Fact]
    public async Task Steady_turn_is_one_put_of_one_item_and_nothing_else_on_the_wire()
    {
        var wire = await CosmosDbServer.WireAsync();
        var options = await CosmosDbServer.OptionsAsync(wire: wire);
        await using var node = await SteadyTurns.StartAsync(builder => builder.UseCosmosDb(own => Copy(options, own)));
        await node.TurnAsync();
        wire.Forget();

        for (var i = 0; i < 10; i++) await node.TurnAsync();

        Assert.Equal(10, wire.Requests.Count);
        Assert.All(wire.Requests, request => Assert.Equal(("PUT", $"/dbs/tests/colls/{options.Container}/docs/"), (request.Method, request.Address[..(request.Address.LastIndexOf('/') + 1)])));
    }

    [Fact]
    public async Task Connection_named_in_configuration_wins()
    {
        await using var services = Build("cosmos:https://configured.documents.azure.com:443/", builder => builder.UseCosmosDb("nonsense"));
        Assert.Equal("https://configured.documents.azure.com/everturn/records", Assert.IsType<CosmosDbStore>(services.GetRequiredService<IStore>()).Name);
    }

    [Fact]
    public async Task Host_does_not_start_on_a_store_that_somebody_must_mend()
    {
        var options = await CosmosDbServer.OptionsAsync();
        options.CreateContainer = false;
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(() => SteadyTurns.StartAsync(builder => builder.UseCosmosDb(own => Copy(options, own))));
        Assert.Equal("ET2304", error.Code);
    }

    [Fact]
    public async Task Host_starts_while_the_server_is_unreachable_and_uses_it_when_it_comes()
    {
        var wire = await CosmosDbServer.WireAsync();
        var options = await CosmosDbServer.OptionsAsync(wire: wire);
        options.Timeout = TimeSpan.FromSeconds(1);
        var isUp = false;
        wire.Intercept = (_, send) => isUp ? send() : throw new HttpRequestException("Nobody listens.");
        await using var node = await SteadyTurns.StartAsync(builder => builder.UseCosmosDb(own => Copy(options, own)));
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await node.Store.LoadAsync("a/b/c/d", CancellationToken.None));
        Assert.Equal("ET2301", error.Code);

        isUp = true;
        await node.TurnAsync();
    }

    private static void Copy(CosmosDbStoreOptions from, CosmosDbStoreOptions to) =>
        (to.Connection, to.Database, to.Container, to.CreateContainer, to.Timeout, to.ConfigureClient) = (from.Connection, from.Database, from.Container, from.CreateContainer, from.Timeout, from.ConfigureClient);

    private static ServiceProvider Build(string? store, Action<EverturnBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        add(services.AddEverturnCore(options => options.Store = store));
        return services.BuildServiceProvider();
    }
}
