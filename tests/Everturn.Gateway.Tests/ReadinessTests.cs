using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Everturn.Gateway.Tests.Play;

namespace Everturn.Gateway.Tests;

public sealed class ReadinessTests
{
    [Fact]
    public async Task Paused_node_is_noticed_within_a_second_and_its_requests_are_answered_by_another()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");

        var paused = Stopwatch.GetTimestamp();
        cluster.Nodes["north-1"].Pause();
        Assert.Equal("north-2", await cluster.AskAsync(conversation));

        Assert.InRange(Stopwatch.GetElapsedTime(paused), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(NodeState.Silent, cluster.Topology.GetSnapshot().Nodes.Single(node => node.Name == "north-1").State);

        cluster.Nodes["north-1"].Resume();
        await cluster.UntilReadyAsync("north-1");
        Assert.Equal("north-1", await cluster.AskAsync(conversation));
    }

    [Fact]
    public async Task Paused_region_is_left_by_what_is_in_flight_without_a_failure()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2", "south-1");
        cluster.Nodes["north-1"].Pause();
        cluster.Nodes["north-2"].Pause();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => cluster.AskAsync($"c{i}")));

        Assert.All(answers, node => Assert.Equal("south-1", node));
    }

    [Fact]
    public async Task Request_to_a_paused_node_waits_for_it_when_there_is_no_other()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        cluster.Nodes["north-1"].Pause();
        var asked = cluster.AskAsync("c", "patience");
        await cluster.UntilAsync(NodeState.Silent, "north-1");

        cluster.Nodes["north-1"].Resume();

        Assert.Equal("north-1", await asked);
        Assert.Single(cluster.Nodes["north-1"].Requests);
    }

    [Fact]
    public async Task Draining_node_finishes_what_it_has_and_gets_nothing_new()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        var node = cluster.Nodes["north-1"];
        var finish = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        node.OnRequest = async (context, _) =>
        {
            await finish.Task.WaitAsync(context.RequestAborted);
            await Microsoft.AspNetCore.Http.HttpResponseJsonExtensions.WriteAsJsonAsync(context.Response, new { node = node.Name });
        };
        var begun = cluster.AskAsync(conversation, "begun");
        await Deadline.UntilAsync(() => node.Requests.Any(request => request.Body.Contains("begun", StringComparison.Ordinal)), "the node has it");

        node.Unready = true;
        await cluster.UntilAsync(NodeState.Unready, "north-1");

        Assert.Equal("it drains", cluster.Topology.GetSnapshot().Nodes.Single(entry => entry.Name == "north-1").Reason);
        Assert.Equal("north-2", await cluster.AskAsync(conversation));
        finish.SetResult();
        Assert.Equal("north-1", await begun);
    }

    [Fact]
    public async Task Killed_node_without_a_supervisor_is_found_dead_by_its_probe()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var killed = Stopwatch.GetTimestamp();
        await cluster.Nodes["north-1"].KillAsync();

        await cluster.UntilAsync(NodeState.Dead, "north-1");

        Assert.InRange(Stopwatch.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task Stranger_at_a_nodes_address_gets_no_requests()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        cluster.Nodes["north-1"].AnswersAs = "another-clusters-node";

        await cluster.UntilAsync(NodeState.Dead, "north-1");

        Assert.Contains("another-clusters-node", cluster.Topology.GetSnapshot().Nodes.Single(node => node.Name == "north-1").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_marked_dead_stays_dead_until_it_is_set_again()
    {
        await using var cluster = await Cluster.StartAsync(options => options.ProbeInterval = TimeSpan.FromMilliseconds(50), "north-1", "north-2");
        var node = cluster.Nodes["north-1"];
        cluster.Topology.MarkDead("north-1");

        // The played process lives on, and its probe would succeed: twenty rounds of the other's show that nobody asks.
        for (var i = 0; i < 20; i++)
        {
            await cluster.AskAsync($"c{i}");
        }

        Assert.Equal(NodeState.Dead, cluster.Topology.GetSnapshot().Nodes.Single(entry => entry.Name == "north-1").State);
        Assert.Empty(node.Requests);

        cluster.Topology.SetNode("north", "north-1", node.Url);
        await cluster.UntilReadyAsync("north-1");
    }

    [Fact]
    public async Task First_region_is_used_while_it_has_a_ready_node_then_the_next()
    {
        await using var cluster = await Cluster.StartAsync(
            options => options.RegionSettleTime = TimeSpan.FromMilliseconds(300), "south-1", "north-1", "north-2");
        await cluster.Topology.WaitForAsync(snapshot => snapshot.CurrentRegion == "north", Deadline.Token);
        for (var i = 0; i < 10; i++)
        {
            Assert.StartsWith("north-", await cluster.AskAsync($"c{i}"), StringComparison.Ordinal);
        }

        foreach (var node in new[] { "north-1", "north-2" })
        {
            await cluster.Nodes[node].KillAsync();
            cluster.Topology.MarkDead(node);
        }

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal("south-1", await cluster.AskAsync($"c{i}"));
        }

        await cluster.StartNodeAsync("north-1");
        await cluster.Topology.WaitForAsync(snapshot => snapshot.CurrentRegion == "north", Deadline.Token);
        Assert.Equal("north-1", await cluster.AskAsync("c"));
    }

    [Fact]
    public async Task First_request_goes_to_the_first_region_although_another_started_sooner()
    {
        await using var cluster = await Cluster.StartAsync(options => options.RegionSettleTime = TimeSpan.FromHours(1), "south-1");
        await cluster.StartNodeAsync("north-1");
        await cluster.UntilReadyAsync("north-1");
        await cluster.Topology.WaitForAsync(snapshot => snapshot.CurrentRegion == "north", Deadline.Token);

        Assert.Equal("north-1", await cluster.AskAsync("c"));
    }

    [Fact]
    public async Task Much_nearer_region_wins_over_the_configured_order()
    {
        await using var cluster = await Cluster.StartAsync(options => options.RegionSettleTime = TimeSpan.FromMilliseconds(300));
        var north = await cluster.StartNodeAsync("north-1");
        north.ProbeDelay = TimeSpan.FromMilliseconds(150);
        await cluster.StartNodeAsync("south-1");
        await cluster.UntilReadyAsync("north-1", "south-1");

        var chosen = await cluster.Topology.WaitForAsync(
            snapshot => snapshot.CurrentRegion == "south" && LatencyOf(snapshot, "south") < TimeSpan.FromMilliseconds(110), Deadline.Token);

        Assert.Equal("south-1", await cluster.AskAsync("c"));
        Assert.True(LatencyOf(chosen, "north") >= TimeSpan.FromMilliseconds(140), $"north: {LatencyOf(chosen, "north")}");
    }

    [Fact]
    public async Task Gateways_own_health_says_whether_any_node_is_ready()
    {
        await using var cluster = await Cluster.StartAsync(null, "south-1");
        Assert.Equal(HttpStatusCode.OK, (await cluster.Http.GetAsync("/health/live")).StatusCode);
        Assert.Equal("south", (await cluster.Http.GetFromJsonAsync<JsonElement>("/health/ready")).GetProperty("region").GetString());

        cluster.Topology.MarkDead("south-1");

        using var response = await cluster.Http.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await cluster.Http.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Change_of_a_nodes_state_is_logged_once()
    {
        await using var cluster = await Cluster.StartAsync(options => options.ProbeInterval = TimeSpan.FromMilliseconds(50), "north-1", "north-2");
        cluster.Nodes["north-1"].Pause();
        await cluster.UntilAsync(NodeState.Silent, "north-1");
        cluster.Nodes["north-1"].Resume();
        await cluster.UntilReadyAsync("north-1");

        var lines = cluster.Log.Lines.Where(line => line.Id is 5001 or 5002 && line.Text.Contains("north-1", StringComparison.Ordinal)).ToArray();
        Assert.Equal([5001, 5002, 5001], lines.Select(line => line.Id));
    }

    private static TimeSpan? LatencyOf(GatewaySnapshot snapshot, string region) => snapshot.Regions.Single(known => known.Name == region).Latency;
}
