using System.Diagnostics;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Everturn.Gateway.Tests.Play;

namespace Everturn.Gateway.Tests;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_opens_at_the_conversations_node_with_the_clients_own_query_and_host()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-2");
        await using var client = new PlayedClient();

        Assert.Equal(HttpStatusCode.SwitchingProtocols, await client.OpenAsync(
            cluster.Url, conversation, "?watermark=-&t=first-token", options => options.SetRequestHeader("Origin", "http://localhost:1234")));
        cluster.Conversations.Add(conversation, "one");
        await client.UntilAsync("one");

        Assert.Empty(cluster.Nodes["north-1"].Streams);
        var (token, watermark, request) = Assert.Single(cluster.Nodes["north-2"].Streams);
        Assert.Equal(("first-token", "-"), (token, watermark));
        Assert.NotEqual("", request.RequestId);
        Assert.Equal(new Uri(cluster.Url).Authority, request.Headers["Host"]);
        Assert.Equal(new Uri(cluster.Url).Authority, request.Headers["X-Forwarded-Host"]);
        Assert.Equal("http://localhost:1234", request.Headers["Origin"]);
        Assert.DoesNotContain("Everturn-Stream-Resume", client.Socket.HttpResponseHeaders!.Keys);
    }

    [Fact]
    public async Task Stream_goes_on_at_another_node_from_the_last_watermark_when_its_node_dies()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2", "north-3");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        var expected = new List<string>();
        var nodes = new List<string>();
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 3; i++)
            {
                expected.Add($"{round}.{i}");
                cluster.Conversations.Add("c", expected[^1]);
            }

            await client.UntilAsync([.. expected]);
            var node = cluster.Nodes.Values.Single(node => !node.OpenStreams.IsEmpty);
            nodes.Add(node.Name);
            await node.KillAsync();
            expected.Add($"{round}.meanwhile");
            cluster.Conversations.Add("c", expected[^1]);
            await client.UntilAsync([.. expected]);
        }

        Assert.Equal(expected, client.Texts);
        Assert.True(client.IsOpen);
        var last = cluster.Nodes.Values.Single(node => !node.OpenStreams.IsEmpty);
        var (token, watermark, _) = last.Streams.Last();
        Assert.StartsWith($"resume-c-{nodes[1]}", token, StringComparison.Ordinal);
        Assert.Equal("7", watermark);
        Assert.DoesNotContain(cluster.Log.Lines, line => line.Text.Contains("first-token", StringComparison.Ordinal) || line.Text.Contains("resume-c", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_leaves_a_paused_node_within_a_second()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, conversation);
        cluster.Conversations.Add(conversation, "one");
        await client.UntilAsync("one");

        var paused = Stopwatch.GetTimestamp();
        cluster.Nodes["north-1"].Pause();
        cluster.Conversations.Add(conversation, "two");
        await client.UntilAsync("one", "two");

        Assert.InRange(Stopwatch.GetElapsedTime(paused), TimeSpan.Zero, TimeSpan.FromSeconds(1.2));
        Assert.Contains("\"node\":\"north-2\"", client.Frames.Last(), StringComparison.Ordinal);
        Assert.Equal(["one", "two"], client.Texts);
    }

    [Fact]
    public async Task Stream_of_a_node_marked_dead_moves_at_once_although_its_socket_is_still_open()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, conversation);

        cluster.Topology.MarkDead("north-1");

        await Deadline.UntilAsync(() => cluster.Nodes["north-2"].OpenStreams.Count == 1 && cluster.Nodes["north-1"].OpenStreams.IsEmpty, "it moved");
        Assert.True(client.IsOpen);
    }

    [Fact]
    public async Task Stream_outlives_a_time_without_any_node()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        cluster.Conversations.Add("c", "one");
        await client.UntilAsync("one");

        await cluster.Nodes["north-1"].KillAsync();
        await cluster.UntilAsync(NodeState.Dead, "north-1");
        cluster.Conversations.Add("c", "two");
        await cluster.StartNodeAsync("north-1");

        await client.UntilAsync("one", "two");
        Assert.Equal(["one", "two"], client.Texts);
    }

    [Fact]
    public async Task Stream_follows_its_conversation_back_to_the_preferred_node()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        await cluster.Nodes["north-1"].KillAsync();
        cluster.Topology.MarkDead("north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, conversation);
        cluster.Conversations.Add(conversation, "one");
        await client.UntilAsync("one");

        await cluster.StartNodeAsync("north-1");
        await Deadline.UntilAsync(() => cluster.Nodes["north-1"].OpenStreams.Count == 1 && cluster.Nodes["north-2"].OpenStreams.IsEmpty, "it moved back");
        cluster.Conversations.Add(conversation, "two");

        await client.UntilAsync("one", "two");
        Assert.Equal(["one", "two"], client.Texts);
        Assert.Equal("1", cluster.Nodes["north-1"].Streams.Last().Watermark);
    }

    [Fact]
    public async Task Nothing_is_missed_or_doubled_while_nodes_die_under_a_stream_of_activities()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        var expected = Enumerable.Range(0, 300).Select(i => $"{i}").ToArray();
        for (var i = 0; i < expected.Length; i++)
        {
            // Never far ahead of the client, so that each death finds something passed on and something under way.
            await Deadline.UntilAsync(() => client.Texts.Count >= i - 5, $"the client has seen {i - 5}");
            cluster.Conversations.Add("c", expected[i]);
            if (i % 60 == 30)
            {
                var name = cluster.Nodes.Values.FirstOrDefault(node => !node.OpenStreams.IsEmpty)?.Name ?? "north-1";
                await cluster.Nodes[name].KillAsync();
                await cluster.StartNodeAsync(name);
                await cluster.UntilReadyAsync("north-1", "north-2");
            }
        }

        await client.UntilAsync(expected);
        Assert.Equal(expected, client.Texts);
        Assert.True(client.IsOpen);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Refusal_by_the_node_is_the_answer_to_the_client(int status)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        foreach (var node in cluster.Nodes.Values)
        {
            node.OnStream = context => (context.Response.StatusCode = status) > 0;
        }

        await using var client = new PlayedClient();
        Assert.Equal(status, (int)await client.OpenAsync(cluster.Url, "c", "?t=secret-of-the-stream"));

        Assert.Equal(1, cluster.Nodes.Values.Sum(node => node.Streams.Count));
        Assert.DoesNotContain(cluster.Log.Lines, line => line.Text.Contains("secret-of-the-stream", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stream_declined_by_one_node_opens_at_another()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        var conversation = await cluster.ConversationOnAsync("north-1");
        cluster.Nodes["north-1"].OnStream = context => (context.Response.StatusCode = 503) > 0;
        await using var client = new PlayedClient();

        Assert.Equal(HttpStatusCode.SwitchingProtocols, await client.OpenAsync(cluster.Url, conversation));
        Assert.Single(cluster.Nodes["north-2"].OpenStreams);
    }

    [Fact]
    public async Task Stream_without_a_node_is_held_then_answered_503()
    {
        await using var cluster = await Cluster.StartAsync(options => options.HoldTime = TimeSpan.FromMilliseconds(300));
        await using var client = new PlayedClient();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await client.OpenAsync(cluster.Url, "c"));
    }

    [Fact]
    public async Task Streams_beyond_their_number_are_answered_503()
    {
        await using var cluster = await Cluster.StartAsync(options => options.MaxStreams = 1, "north-1");
        await using var first = new PlayedClient();
        await using var second = new PlayedClient();
        await using var third = new PlayedClient();

        Assert.Equal(HttpStatusCode.SwitchingProtocols, await first.OpenAsync(cluster.Url, "c"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await second.OpenAsync(cluster.Url, "c"));
        await first.DisposeAsync();
        await Deadline.UntilAsync(() => cluster.Nodes["north-1"].OpenStreams.IsEmpty, "the node's side is closed");
        var status = HttpStatusCode.ServiceUnavailable;
        for (var tries = 0; tries < 50 && status == HttpStatusCode.ServiceUnavailable; tries++)
        {
            await using var next = new PlayedClient();
            status = await next.OpenAsync(cluster.Url, "c");
        }

        Assert.Equal(HttpStatusCode.SwitchingProtocols, status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_side_is_closed_when_the_client_goes(bool politely)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        await Deadline.UntilAsync(() => cluster.Nodes["north-1"].OpenStreams.Count == 1, "it is open");

        if (politely)
        {
            await client.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Deadline.Token);
            await Deadline.UntilAsync(() => !client.IsOpen, "the client is answered");
            Assert.Equal(WebSocketCloseStatus.NormalClosure, client.Socket.CloseStatus);
        }
        else
        {
            client.Socket.Abort();
        }

        await Deadline.UntilAsync(() => cluster.Nodes["north-1"].OpenStreams.IsEmpty, "the node's side is closed");
        Assert.Single(cluster.Nodes["north-1"].Streams);
    }

    [Theory]
    [InlineData(1000, "collision", true)]
    [InlineData(1008, "policy", true)]
    [InlineData(1001, "going away", false)]
    [InlineData(1011, "failure", false)]
    [InlineData(1012, "restart", false)]
    public async Task Close_by_a_node_reaches_the_client_only_when_it_concerns_the_client(int status, string reason, bool passedOn)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        await Deadline.UntilAsync(() => cluster.Nodes.Values.Any(node => !node.OpenStreams.IsEmpty), "it is open");

        var socket = cluster.Nodes.Values.SelectMany(node => node.OpenStreams.Keys).Single();
        await socket.CloseOutputAsync((WebSocketCloseStatus)status, reason, Deadline.Token);

        if (passedOn)
        {
            await Deadline.UntilAsync(() => !client.IsOpen, "the client's socket is closed");
            Assert.Equal((status, reason), ((int)client.Socket.CloseStatus!, client.Socket.CloseStatusDescription));
        }
        else
        {
            cluster.Conversations.Add("c", "still here");
            await client.UntilAsync("still here");
            Assert.Equal(2, cluster.Nodes.Values.Sum(node => node.Streams.Count));
        }
    }

    [Fact]
    public async Task Resume_that_is_refused_closes_the_clients_socket()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        await Deadline.UntilAsync(() => cluster.Nodes.Values.Any(node => !node.OpenStreams.IsEmpty), "it is open");
        foreach (var node in cluster.Nodes.Values)
        {
            node.OnStream = context => (context.Response.StatusCode = 403) > 0;
        }

        cluster.Nodes.Values.SelectMany(node => node.OpenStreams.Keys).Single().Abort();

        await Deadline.UntilAsync(() => !client.IsOpen, "the client's socket is closed");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Socket.CloseStatus);
        Assert.Single(cluster.Log.Lines, line => line.Id == 5021);
    }

    [Fact]
    public async Task Stream_that_breaks_every_node_is_given_up()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1", "north-2");
        await using var client = new PlayedClient();
        foreach (var node in cluster.Nodes.Values)
        {
            _ = Task.Run(async () =>
            {
                while (client.Socket.State is WebSocketState.None or WebSocketState.Connecting or WebSocketState.Open)
                {
                    foreach (var socket in node.OpenStreams.Keys)
                    {
                        socket.Abort();
                    }

                    await Task.Delay(5);
                }
            });
        }

        await client.OpenAsync(cluster.Url, "c");

        await Deadline.UntilAsync(() => !client.IsOpen, "it is given up");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Socket.CloseStatus);
        // More when the handshake itself was broken off.
        Assert.InRange(cluster.Nodes.Values.Sum(node => node.Streams.Count), 5, 50);
    }

    [Fact]
    public async Task Clients_frames_reach_the_node_but_for_empty_ones()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");

        await client.SendAsync("");
        await client.SendAsync("a word");

        await Deadline.UntilAsync(() => !cluster.Nodes["north-1"].FromClients.IsEmpty, "the node has it");
        Assert.Equal(["a word"], cluster.Nodes["north-1"].FromClients);
    }

    [Fact]
    public async Task Frames_pass_whole_whatever_their_size_up_to_the_limit()
    {
        await using var cluster = await Cluster.StartAsync(options => options.MaxFrameBytes = 1024 * 1024, "north-1");
        await using var client = new PlayedClient();
        await client.OpenAsync(cluster.Url, "c");
        cluster.Conversations.Add("c", new string('x', 900_000));
        await client.UntilAsync("large");
        cluster.Conversations.Add("c", "small");
        await client.UntilAsync("large", "small");
        await cluster.Nodes["north-1"].OpenStreams.Keys.Single().SendAsync(Encoding.UTF8.GetBytes(""), WebSocketMessageType.Text, true, Deadline.Token);
        await Deadline.UntilAsync(() => client.Frames.Last().Length == 0, "the keep-alive passes");

        cluster.Conversations.Add("c", new string('x', 1_100_000));

        await Deadline.UntilAsync(() => !client.IsOpen, "it is closed");
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, client.Socket.CloseStatus);
    }

    [Fact]
    public async Task Stop_of_the_gateway_says_so_to_the_client()
    {
        await using var client = new PlayedClient();
        await using (var cluster = await Cluster.StartAsync(null, "north-1"))
        {
            await client.OpenAsync(cluster.Url, "c");
            await Deadline.UntilAsync(() => cluster.Nodes["north-1"].OpenStreams.Count == 1, "it is open");
            await cluster.StopAsync();
        }

        await Deadline.UntilAsync(() => !client.IsOpen, "it is closed");
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, client.Socket.CloseStatus);
    }
}
