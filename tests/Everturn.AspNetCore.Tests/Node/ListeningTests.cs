using System.Net;
using Everturn.AspNetCore.Node;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Tests.Node;

public sealed class ListeningTests
{
    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://*:0")]
    [InlineData("http://127.0.0.1:0;http://0.0.0.0:0")]
    public async Task Node_that_listens_to_the_network_does_not_start(string urls)
    {
        await using var app = NewApp(urls);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());

        Assert.StartsWith("ET3001: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_that_listens_to_the_network_by_code_does_not_start()
    {
        await using var app = NewApp(urls: null, builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenAnyIP(0)));

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());

        Assert.StartsWith("ET3001: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_that_is_allowed_to_listens_to_the_network()
    {
        await using var app = NewApp("http://0.0.0.0:0", settings: ("AllowAnonymousRemoteClients", "true"));

        await app.StartAsync();

        Assert.StartsWith("http://0.0.0.0:", app.Urls.First(), StringComparison.Ordinal);
        await app.StopAsync();
    }

    [Theory]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.8.9.10:0")]
    [InlineData("http://[::1]:0")]
    public async Task Node_that_listens_on_loopback_starts(string urls)
    {
        await using var app = NewApp(urls);

        await app.StartAsync();

        Assert.NotEmpty(app.Urls);
        await app.StopAsync();
    }

    [Fact]
    public async Task Default_address_is_where_the_emulator_looks()
    {
        var addresses = new ServerAddressesFeature();
        await NewLifetime(addresses).StartingAsync(CancellationToken.None);

        Assert.Equal(["http://localhost:3978"], addresses.Addresses);
    }

    [Theory]
    [InlineData("urls", "http://localhost:1")]
    [InlineData("http_ports", "8080")]
    [InlineData("https_ports", "8081")]
    [InlineData("Kestrel:Endpoints:One:Url", "http://localhost:2")]
    public async Task Configured_address_stands_in_place_of_the_default(string key, string value)
    {
        var addresses = new ServerAddressesFeature();
        await NewLifetime(addresses, (key, value)).StartingAsync(CancellationToken.None);

        Assert.Empty(addresses.Addresses);
    }

    [Theory]
    [InlineData("ConnectorTimeout", "00:00:00")]
    [InlineData("ReadinessTimeout", "00:01:00")]
    [InlineData("ShutdownNotice", "1.00:00:00")]
    public async Task Option_out_of_range_does_not_start(string key, string value)
    {
        await using var app = NewApp("http://127.0.0.1:0", settings: (key, value));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Contains($"ET3014: Everturn:{key} is", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "localhost", true)]
    [InlineData("127.0.0.1", "localhost:3978", true)]
    [InlineData("127.0.0.1", "LOCALHOST", true)]
    [InlineData("127.0.0.1", "127.0.0.1:80", true)]
    [InlineData("::1", "[::1]:80", true)]
    [InlineData("::ffff:127.0.0.1", "localhost", true)]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("127.0.0.1", "example.com", false)]
    [InlineData("127.0.0.1", "localhost.example.com", false)]
    [InlineData("127.0.0.1", "10.0.0.1", false)]
    [InlineData("10.0.0.1", "localhost", false)]
    [InlineData("fe80::1", "localhost", false)]
    public void Request_is_served_from_this_machine_under_its_own_name(string? remote, string host, bool served)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = remote is null ? null : IPAddress.Parse(remote);
        context.Request.Host = new HostString(host);

        Assert.Equal(served, new LoopbackRule(Options.Create(new EverturnHostOptions())).MayServe(context));
        Assert.True(new LoopbackRule(Options.Create(new EverturnHostOptions { AllowAnonymousRemoteClients = true })).MayServe(context));
    }

    [Fact]
    public void MapBot_without_AddEverturn_says_what_is_missing()
    {
        var app = WebApplication.CreateSlimBuilder().Build();

        Assert.StartsWith("ET3019: ", Assert.Throws<InvalidOperationException>(() => app.MapBot()).Message, StringComparison.Ordinal);
    }

    private static WebApplication NewApp(string? urls, Action<WebApplicationBuilder>? configure = null, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Everturn:" + setting.Key, (string?)setting.Value)));
        builder.Logging.ClearProviders();
        if (urls is not null)
        {
            builder.WebHost.UseUrls(urls);
        }

        configure?.Invoke(builder);
        builder.Services.AddEverturn().AddBot<EchoBot>();
        return builder.Build();
    }

    private static NodeLifetime NewLifetime(IServerAddressesFeature addresses, params (string Key, string Value)[] settings)
    {
        var features = new FeatureCollection();
        features.Set(addresses);
        return new(
            new AddressedServer(features),
            new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build(),
            Options.Create(new EverturnHostOptions()),
            new LoopbackRule(Options.Create(new EverturnHostOptions())),
            readiness: null!,
            lifetime: null!);
    }

    /// <summary>A server that has addresses and nothing else.</summary>
    private sealed class AddressedServer(IFeatureCollection features) : IServer
    {
        public IFeatureCollection Features { get; } = features;

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
