using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Everturn.Gateway.Forwarding;
using Everturn.Gateway.Tests.Play;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Gateway.Tests;

public sealed class HoldTests
{
    [Fact]
    public async Task Request_is_held_while_no_node_is_ready_and_served_as_soon_as_one_is()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        await cluster.Nodes["north-1"].KillAsync();
        cluster.Topology.MarkDead("north-1");

        var asked = cluster.AskAsync("c");
        var polled = cluster.Http.GetAsync("/v3/directline/conversations/c/activities?watermark=1", Deadline.Token);
        await Deadline.UntilAsync(() => Held(cluster) == 2, "both are held");
        await cluster.StartNodeAsync("north-1");

        Assert.Equal("north-1", await asked);
        Assert.Equal(HttpStatusCode.OK, (await polled).StatusCode);
        Assert.Equal(0, Held(cluster));
    }

    [Fact]
    public async Task Hold_time_that_runs_out_gives_503_with_retry_after_and_the_protocols_error()
    {
        await using var cluster = await Cluster.StartAsync(options => options.HoldTime = TimeSpan.FromMilliseconds(500));

        var started = Stopwatch.GetTimestamp();
        using var response = await cluster.Http.SendAsync(Cluster.Message("c"), Deadline.Token);

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.FromMilliseconds(450), TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        var error = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error");
        Assert.Equal("ServiceError", error.GetProperty("code").GetString());
        Assert.StartsWith("ET5001", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_beyond_the_number_that_may_be_held_is_refused_at_once()
    {
        await using var cluster = await Cluster.StartAsync(options => options.MaxHeldRequests = 3);
        var held = Enumerable.Range(0, 3).Select(i => cluster.AskAsync($"c{i}")).ToArray();
        await Deadline.UntilAsync(() => Held(cluster) == 3, "three are held");

        using var response = await cluster.Http.SendAsync(Cluster.Message("c"), Deadline.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("ET5002", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await cluster.StartNodeAsync("north-1");
        Assert.All(await Task.WhenAll(held), node => Assert.Equal("north-1", node));
    }

    [Fact]
    public async Task Bodies_beyond_the_memory_for_them_are_refused_and_the_memory_comes_back()
    {
        await using var cluster = await Cluster.StartAsync(options => options.MaxBufferedBytes = 1024 * 1024);
        var budget = cluster.Services.GetRequiredService<ByteBudget>();
        using var rest = new CancellationTokenSource();
        var held = new List<Task<HttpResponseMessage>>();
        while (budget.Used + (256 * 1024) <= 1024 * 1024)
        {
            var before = Held(cluster);
            held.Add(cluster.Http.SendAsync(Large(), rest.Token));
            await Deadline.UntilAsync(() => Held(cluster) > before, "one more is held");
        }

        using var response = await cluster.Http.SendAsync(Large(), Deadline.Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("ET5002", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await rest.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.WhenAll(held));
        await Deadline.UntilAsync(() => budget.Used == 0 && Held(cluster) == 0, "those who left have given their memory back");
    }

    [Fact]
    public async Task Polling_client_sees_no_failure_while_its_node_is_killed_and_started_again()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        using var stop = new CancellationTokenSource();
        var polls = 0;
        var polling = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var response = await cluster.Http.GetAsync("/v3/directline/conversations/c/activities?watermark=1");
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Interlocked.Increment(ref polls);
            }
        });

        for (var round = 0; round < 3; round++)
        {
            foreach (var name in new[] { "north-1", "north-2" })
            {
                // Now and then both are dead for a moment.
                await cluster.Nodes[name].KillAsync();
                var seen = Volatile.Read(ref polls);
                if (round > 0)
                {
                    await Deadline.UntilAsync(() => Volatile.Read(ref polls) > seen, "it goes on with the other node");
                }

                await cluster.StartNodeAsync(name);
                await cluster.UntilReadyAsync(name);
            }
        }

        await stop.CancelAsync();
        await polling;
        Assert.True(polls > 20, $"{polls} polls");
    }

    private static int Held(Cluster cluster) => cluster.Services.GetRequiredService<HeldRequests>().Count;

    private static HttpRequestMessage Large() => new(HttpMethod.Post, "/api/messages")
    {
        Content = new StringContent("{\"text\":\"" + new string('x', 200 * 1024) + "\"}", Encoding.UTF8, "application/json"),
    };
}
