using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Gateway.Tests;

public sealed class OptionsTests
{
    [Fact]
    public void Configuration_alone_describes_regions_and_nodes()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["Everturn:Gateway:HoldTime"] = "00:00:03",
            ["Everturn:Gateway:Regions:0:Name"] = "koreacentral",
            ["Everturn:Gateway:Regions:0:Nodes:0:Name"] = "koreacentral-1",
            ["Everturn:Gateway:Regions:0:Nodes:0:Url"] = "http://127.0.0.1:5001/",
            ["Everturn:Gateway:Regions:1:Name"] = "southeastasia",
            ["Everturn:Gateway:AllowedOrigins:0"] = "https://pizza.example",
        });
        builder.Logging.ClearProviders();
        builder.Services.AddEverturnGateway();
        using var services = builder.Services.BuildServiceProvider();

        var options = services.GetRequiredService<IOptions<GatewayOptions>>().Value;
        Assert.Equal(TimeSpan.FromSeconds(3), options.HoldTime);
        Assert.Equal(["https://pizza.example"], options.AllowedOrigins);
        var snapshot = services.GetRequiredService<GatewayTopology>().GetSnapshot();
        Assert.Null(snapshot.CurrentRegion);
        Assert.Equal(["koreacentral", "southeastasia"], snapshot.Regions.Select(region => region.Name));
        Assert.Equal(
            new NodeSnapshot("koreacentral-1", "koreacentral", "http://127.0.0.1:5001", NodeState.Starting, null, null),
            Assert.Single(snapshot.Nodes));
    }

    [Fact]
    public async Task All_errors_are_told_when_the_host_starts()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEverturnGateway(options =>
        {
            options.HoldTime = TimeSpan.FromHours(1);
            options.MaxActivityBytes = 1;
            options.AllowedOrigins.Add("https://pizza.example/page");
            options.Regions.Add(new GatewayRegion { Name = "a" });
            options.Regions.Add(new GatewayRegion { Name = "a" });
            options.Regions.Add(new GatewayRegion { Name = "no name", Nodes = { new GatewayNode { Name = "n", Url = "ftp://h" }, new GatewayNode { Name = "n", Url = "http://h/path" } } });
        });
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync());

        Assert.Equal(8, error.Failures.Count());
        Assert.All(error.Failures, failure => Assert.StartsWith("ET5010: ", failure, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("no region", "n", "http://127.0.0.1:1")]
    [InlineData("r", "", "http://127.0.0.1:1")]
    [InlineData("r", "n", "127.0.0.1:1")]
    [InlineData("r", "n", "http://127.0.0.1:1/?q")]
    public void Malformed_node_is_refused(string region, string node, string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEverturnGateway();
        using var services = builder.Services.BuildServiceProvider();
        var topology = services.GetRequiredService<GatewayTopology>();

        var error = Assert.Throws<ArgumentException>(() => topology.SetNode(region, node, url));

        Assert.StartsWith("ET5011: ", error.Message, StringComparison.Ordinal);
        Assert.Empty(topology.GetSnapshot().Regions);
    }

    [Fact]
    public void Unknown_nodes_are_neither_dead_nor_removed()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddEverturnGateway();
        using var services = builder.Services.BuildServiceProvider();
        var topology = services.GetRequiredService<GatewayTopology>();
        topology.SetNode("r", "n", "http://127.0.0.1:1");

        Assert.False(topology.MarkDead("other"));
        Assert.False(topology.RemoveNode("other"));
        Assert.True(topology.MarkDead("n"));
        Assert.True(topology.RemoveNode("n"));
        Assert.Empty(topology.GetSnapshot().Nodes);
    }
}
