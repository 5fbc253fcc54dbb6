using Everturn.Hosting;
using Everturn.Storage.Servers;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class HostingTests
{
    // Design: a steady turn that touches conversation state alone costs one store write and no read.
    [Fact]
    public async Task Steady_turn_is_one_put_and_nothing_else_on_the_wire()
    {
        var wire = new Wire();
        var options = await TestStore.OptionsAsync(wire);
        await using var node = await SteadyTurns.StartAsync(builder => builder.UseAzureBlobs(own =>
            (own.Connection, own.Container, own.ConfigureClient) = (options.Connection, options.Container, options.ConfigureClient)));
        await node.TurnAsync();
        wire.Forget();

        for (var i = 0; i < 10; i++) await node.TurnAsync();

        Assert.Equal(10, wire.Requests.Count);
        Assert.All(wire.Requests, request => Assert.Equal("PUT", request.Method));
        Assert.All(wire.Requests, request => Assert.DoesNotContain("comp=", request.Address, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Connection_named_in_configuration_wins()
    {
        await using var services = Build("azureblobs:https://x.blob.core.windows.net/configured?sv=2023-01-03&sig=x", builder => builder.UseAzureBlobs("nonsense"));
        Assert.Equal("https://x.blob.core.windows.net/configured", Assert.IsType<AzureBlobStore>(services.GetRequiredService<IStore>()).Container.AbsoluteUri);
    }

    [Fact]
    public async Task Url_of_an_account_without_sas_is_signed_in_to()
    {
        await using var services = Build("azureblobs:https://x.blob.core.windows.net", builder => builder.UseAzureBlobs());
        Assert.Equal("https://x.blob.core.windows.net/everturn", Assert.IsType<AzureBlobStore>(services.GetRequiredService<IStore>()).Container.AbsoluteUri);
    }

    [Fact]
    public async Task Host_does_not_start_on_a_store_that_somebody_must_mend()
    {
        var options = await TestStore.OptionsAsync();
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(() => SteadyTurns.StartAsync(builder => builder.UseAzureBlobs(own =>
            (own.Connection, own.Container, own.CreateContainer) = (options.Connection, options.Container, false))));
        Assert.Equal("ET2203", error.Code);
    }

    [Fact]
    public async Task Host_starts_while_the_server_is_unreachable_and_uses_it_when_it_comes()
    {
        var wire = new Wire();
        var options = await TestStore.OptionsAsync(wire);
        var isUp = false;
        wire.Intercept = (_, send) => isUp ? send() : throw new HttpRequestException("Nobody listens.");
        await using var node = await SteadyTurns.StartAsync(builder => builder.UseAzureBlobs(own =>
            (own.Connection, own.Container, own.ConfigureClient) = (options.Connection, options.Container, options.ConfigureClient)));
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await node.Store.LoadAsync("a/b/c/d", CancellationToken.None));
        Assert.Equal("ET2201", error.Code);

        isUp = true;
        await node.TurnAsync();
    }

    private static ServiceProvider Build(string? store, Action<EverturnBuilder> add)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        add(services.AddEverturnCore(options => options.Store = store));
        return services.BuildServiceProvider();
    }
}
