using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Everturn.Gateway.Tests.Play;

namespace Everturn.Gateway.Tests;

public sealed class AffinityTests
{
    [Fact]
    public async Task Conversation_stays_on_one_node_whichever_way_it_is_named()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2", "north-3");
        var answered = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 20; i++)
        {
            var conversation = $"{Guid.NewGuid():N}|a/b";
            var node = await cluster.AskAsync(conversation);
            answered.Add(node);
            var path = $"/v3/directline/conversations/{Uri.EscapeDataString(conversation)}";
            var token = $"e30.{Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { user = "dl_u", conv = conversation })).TrimEnd('=').Replace('+', '-').Replace('/', '_')}.c2ln";

            Assert.Equal(node, await SendAsync(cluster, HttpMethod.Get, path + "/activities?watermark=3", null));
            Assert.Equal(node, await SendAsync(cluster, HttpMethod.Post, path + "/activities", null));
            Assert.Equal(node, await SendAsync(cluster, HttpMethod.Get, path, null));
            Assert.Equal(node, await SendAsync(cluster, HttpMethod.Post, "/v3/directline/conversations", token));
            Assert.Equal(node, await SendAsync(cluster, HttpMethod.Post, "/v3/directline/tokens/refresh", token));
        }

        Assert.Equal(3, answered.Count);
    }

    [Fact]
    public async Task Death_of_a_node_moves_its_own_conversations_only_and_its_return_brings_them_back()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2", "north-3");
        var conversations = Enumerable.Range(0, 40).Select(i => $"conversation-{i}").ToArray();
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var conversation in conversations)
        {
            before[conversation] = await cluster.AskAsync(conversation);
        }

        await cluster.Nodes["north-2"].KillAsync();
        cluster.Topology.MarkDead("north-2");
        foreach (var conversation in conversations)
        {
            var node = await cluster.AskAsync(conversation);
            Assert.NotEqual("north-2", node);
            Assert.True(before[conversation] == node || before[conversation] == "north-2", $"{conversation} moved from {before[conversation]} to {node}");
        }

        await cluster.StartNodeAsync("north-2");
        await cluster.UntilReadyAsync("north-2");
        foreach (var conversation in conversations)
        {
            Assert.Equal(before[conversation], await cluster.AskAsync(conversation));
        }
    }

    [Fact]
    public async Task Requests_without_a_conversation_spread_over_the_nodes()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        for (var i = 0; i < 40; i++)
        {
            await SendAsync(cluster, HttpMethod.Post, "/v3/directline/tokens/generate", null);
        }

        Assert.All(cluster.Nodes.Values, node => Assert.InRange(node.Requests.Count, 5, 35));
    }

    private static async Task<string> SendAsync(Cluster cluster, HttpMethod method, string path, string? token)
    {
        using var request = new HttpRequestMessage(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        using var response = await cluster.Http.SendAsync(request, Deadline.Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("node").GetString()!;
    }
}
