using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Gateway.Tests.Play;

/// <summary>A gateway on a real port, in front of played nodes.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Cluster(WebApplication app)
    {
        _app = app;
        Topology = app.Services.GetRequiredService<GatewayTopology>();
    }

    public GatewayTopology Topology { get; }

    public IServiceProvider Services => _app.Services;

    public PlayedConversations Conversations { get; } = new();

    public ConcurrentDictionary<string, PlayedNode> Nodes { get; } = new(StringComparer.Ordinal);

    public LogLines Log { get; private init; } = new();

    public string Url => _app.Urls.First();

    public HttpClient Http { get; private set; } = new();

    public static async Task<Cluster> StartAsync(Action<GatewayOptions>? configure = null, params string[] nodes)
    {
        var log = new LogLines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Trace);
        builder.Services.AddRoutingCore();
        builder.Services.AddEverturnGateway(options =>
        {
            foreach (var region in new[] { "north", "south" })
            {
                options.Regions.Add(new GatewayRegion { Name = region });
            }

            configure?.Invoke(options);
        });
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapEverturnGateway();
        app.MapGet("/", () => "the host's page");
        await app.StartAsync();

        var cluster = new Cluster(app) { Log = log };
        cluster.Http = new HttpClient { BaseAddress = new Uri(cluster.Url), Timeout = TimeSpan.FromSeconds(60) };
        foreach (var node in nodes)
        {
            await cluster.StartNodeAsync(node);
        }

        await cluster.UntilReadyAsync(nodes);
        return cluster;
    }

    /// <summary>Starts a node, or starts it again, at a port of its own. Its region is its name up to the hyphen.</summary>
    public async Task<PlayedNode> StartNodeAsync(string name)
    {
        var node = await PlayedNode.StartAsync(name, Conversations);
        Nodes[name] = node;
        Topology.SetNode(name.Split('-')[0], name, node.Url);
        return node;
    }

    public Task UntilReadyAsync(params string[] nodes) => UntilAsync(NodeState.Ready, nodes);

    public Task UntilAsync(NodeState state, params string[] nodes) =>
        Topology.WaitForAsync(
            snapshot => nodes.All(name => snapshot.Nodes.Any(node => node.Name == name && node.State == state)), Deadline.Token);

    public static HttpRequestMessage Message(string conversation, string text = "hello", string? requestId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages")
        {
            Content = JsonContent.Create(new { type = "message", text, channelData = new { conversation = new { id = "not this" } }, conversation = new { id = conversation } }),
        };
        if (requestId is not null)
        {
            request.Headers.Add("Everturn-Request-Id", requestId);
        }

        return request;
    }

    /// <summary>Sends a message and says which node answered.</summary>
    public async Task<string> AskAsync(string conversation, string text = "hello")
    {
        using var response = await Http.SendAsync(Message(conversation, text), Deadline.Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("node").GetString()!;
    }

    public IReadOnlyList<Received> AllRequests => Nodes.Values.SelectMany(node => node.Requests).ToArray();

    /// <summary>A conversation whose messages go to the node.</summary>
    public async Task<string> ConversationOnAsync(string node)
    {
        for (var i = 0; i < 1000; i++)
        {
            if (await AskAsync($"c{i}") == node)
            {
                return $"c{i}";
            }
        }

        throw new InvalidOperationException($"No conversation is on {node}.");
    }

    public Task StopAsync() => _app.StopAsync(Deadline.Token);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        foreach (var node in Nodes.Values)
        {
            await node.DisposeAsync();
        }

        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }
}
