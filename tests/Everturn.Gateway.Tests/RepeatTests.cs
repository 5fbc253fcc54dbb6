using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Everturn.Gateway.Tests.Play;
using Microsoft.AspNetCore.Http;

namespace Everturn.Gateway.Tests;

public sealed class RepeatTests
{
    [Fact]
    public async Task Request_whose_connection_breaks_is_repeated_once_elsewhere_with_the_same_id_and_body()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        cluster.Nodes["north-1"].OnRequest = (context, _) =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        Assert.Equal("north-2", await cluster.AskAsync(conversation, "once more"));

        var tries = cluster.AllRequests.Where(request => request.Body.Contains("once more", StringComparison.Ordinal)).ToArray();
        Assert.Equal(["north-1", "north-2"], tries.Select(request => request.Node).Order(StringComparer.Ordinal));
        Assert.Equal(tries[0].Body, tries[1].Body);
        Assert.Equal(tries[0].RequestId, tries[1].RequestId);
        Assert.NotEqual("", tries[0].RequestId);
    }

    [Fact]
    public async Task Answer_that_breaks_off_in_the_middle_is_fetched_from_another_node()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        cluster.Nodes["north-1"].OnRequest = async (context, _) =>
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync("{\"node\":\"north-1\",");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };

        Assert.Equal("north-2", await cluster.AskAsync(conversation));
    }

    [Fact]
    public async Task Message_that_kills_its_node_reaches_two_nodes_at_most()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2", "north-3", "south-1");
        foreach (var node in cluster.Nodes.Values)
        {
            node.OnRequest = (context, received) =>
            {
                _ = received.Body.Contains("killer", StringComparison.Ordinal) ? node.KillAsync() : Task.CompletedTask;
                return Task.Delay(Timeout.Infinite, context.RequestAborted);
            };
        }

        using var response = await cluster.Http.SendAsync(Cluster.Message("c", "killer"), Deadline.Token);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal("BotError", error.GetProperty("code").GetString());
        Assert.StartsWith("ET5003", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, cluster.AllRequests.Count(request => request.Body.Contains("killer", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Message_whose_first_node_was_only_silent_is_not_blamed_when_the_second_dies()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        cluster.Nodes["north-1"].OnRequest = (context, _) =>
        {
            cluster.Nodes["north-1"].Pause();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        cluster.Nodes["north-2"].OnRequest = (context, received) =>
        {
            _ = cluster.Nodes["north-2"].KillAsync();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        using var response = await cluster.Http.SendAsync(Cluster.Message(conversation, "harmless"), Deadline.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task Request_in_flight_to_a_node_marked_dead_is_answered_by_another_at_once()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        cluster.Nodes["north-1"].OnRequest = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        var asked = cluster.AskAsync(conversation, "in flight");
        await Deadline.UntilAsync(() => cluster.Nodes["north-1"].Requests.Any(request => request.Body.Contains("in flight", StringComparison.Ordinal)), "the node has it");

        var marked = Stopwatch.GetTimestamp();
        Assert.True(cluster.Topology.MarkDead("north-1"));

        Assert.Equal("north-2", await asked);
        Assert.InRange(Stopwatch.GetElapsedTime(marked), TimeSpan.Zero, TimeSpan.FromMilliseconds(500));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Requests_in_flight_in_a_region_that_dies_are_answered_by_the_next(bool marked)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2", "south-1");
        var north = cluster.Nodes.Values.Where(node => node.Name.StartsWith("north", StringComparison.Ordinal)).ToArray();
        foreach (var node in north)
        {
            node.OnRequest = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        var asked = Enumerable.Range(0, 10).Select(i => cluster.AskAsync($"c{i}")).ToArray();
        await Deadline.UntilAsync(() => north.Sum(node => node.Requests.Count) == 10, "all are in flight");
        Array.ForEach(north, node => node.Die());
        foreach (var node in north.Where(_ => marked))
        {
            cluster.Topology.MarkDead(node.Name);
        }

        await Task.WhenAll(north.Select(node => node.KillAsync()));

        Assert.All(await Task.WhenAll(asked), node => Assert.Equal("south-1", node));
    }

    [Fact]
    public async Task Refused_connections_do_not_count_as_lost_tries()
    {
        // Probes too slow to notice: the requests themselves meet the closed ports.
        await using var cluster = await Cluster.StartAsync(
            options => options.ProbeInterval = TimeSpan.FromMinutes(1), "north-1", "north-2", "north-3", "north-4");
        foreach (var node in new[] { "north-1", "north-2", "north-3" })
        {
            await cluster.Nodes[node].KillAsync();
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("north-4", await cluster.AskAsync($"c{i}"));
        }
    }

    [Theory]
    [InlineData("POST", 503)]
    [InlineData("GET", 502)]
    [InlineData("GET", 503)]
    [InlineData("GET", 504)]
    public async Task Request_declined_by_one_node_is_taken_by_another(string method, int status)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var declined = 0;
        foreach (var node in cluster.Nodes.Values)
        {
            node.OnRequest = (context, _) =>
            {
                context.Response.StatusCode = Interlocked.Increment(ref declined) == 1 ? status : 200;
                context.Response.Headers["X-From"] = node.Name;
                return context.Response.WriteAsync(node.Name);
            };
        }

        using var request = new HttpRequestMessage(new HttpMethod(method), "/v3/directline/conversations/c/activities");
        using var response = await cluster.Http.SendAsync(request, Deadline.Token);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, declined);
        Assert.Single(response.Headers.GetValues("X-From"));
        Assert.Equal(response.Headers.GetValues("X-From").Single(), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(504)]
    public async Task Message_that_a_node_has_answered_is_never_repeated(int status)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        foreach (var node in cluster.Nodes.Values)
        {
            node.OnRequest = (context, _) =>
            {
                context.Response.StatusCode = status;
                return Task.CompletedTask;
            };
        }

        using var response = await cluster.Http.SendAsync(Cluster.Message("c"), Deadline.Token);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Single(cluster.AllRequests);
    }

    [Fact]
    public async Task Nodes_that_all_decline_give_503_with_retry_after_when_the_hold_time_is_over()
    {
        await using var cluster = await Cluster.StartAsync(options => options.HoldTime = TimeSpan.FromSeconds(1), "north-1", "north-2");
        foreach (var node in cluster.Nodes.Values)
        {
            node.OnRequest = (context, _) =>
            {
                context.Response.StatusCode = 503;
                context.Response.Headers.RetryAfter = "1";
                return Task.CompletedTask;
            };
        }

        using var response = await cluster.Http.SendAsync(Cluster.Message("c"), Deadline.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.InRange(cluster.AllRequests.Count, 3, 20);
        Assert.Single(cluster.AllRequests.Select(request => request.RequestId).Distinct(StringComparer.Ordinal));
    }
}
