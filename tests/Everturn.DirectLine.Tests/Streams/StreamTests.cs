using System.Net;
using System.Net.WebSockets;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.DirectLine.Tests.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.DirectLine.Tests.Streams;

public sealed class StreamTests
{
    [Fact]
    public async Task Stream_brings_what_was_said_before_and_then_what_comes()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await conversation.SayAsync(node.Http, "x");
        await conversation.TextsAsync(node.Http, 3);

        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        Assert.Equal(["hello dl_ada", "x", "1: x"], await stream.TextsAsync(3));
        Assert.Equal("3", stream.Watermark);

        await conversation.SayAsync(node.Http, "y");
        Assert.Equal(["y", "2: y"], await stream.TextsAsync(2));
        Assert.Equal("5", stream.Watermark);
    }

    [Fact]
    public async Task Stream_gives_each_activity_a_frame_and_watermark_of_its_own()
    {
        await using var node = await TestNode.StartAsync(configure: options => options.PollInterval = TimeSpan.FromMinutes(1));
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["x"], await stream.TextsAsync(1));
        Assert.Equal("2", stream.Watermark);
        Assert.Equal(["1: x"], await stream.TextsAsync(1));
        Assert.Equal("3", stream.Watermark);
    }

    [Fact]
    public async Task Stream_brings_changes_under_the_id_and_number_that_the_client_knows()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await conversation.SayAsync(node.Http, "x");
        var said = (await stream.TakeAsync(3))[^1];
        var seen = stream.Watermark;

        await conversation.SayAsync(node.Http, "correct");
        var corrected = (await stream.TakeAsync(2))[^1];
        await conversation.SayAsync(node.Http, "take back");
        var deletion = (await stream.TakeAsync(2))[^1];

        Assert.Equal(("message", "corrected"), (corrected.GetProperty("type").GetString(), corrected.GetProperty("text").GetString()));
        Assert.Equal(("event", "messageDelete"), (deletion.GetProperty("type").GetString(), deletion.GetProperty("name").GetString()));
        foreach (var change in new[] { corrected, deletion })
        {
            Assert.Equal(said.GetProperty("id").GetString(), change.GetProperty("id").GetString());
            Assert.Equal(Number(said), Number(change));
        }

        // Who was away meanwhile learns what has become of what he saw; who comes anew never hears of it.
        await using var resumed = await TestStream.OpenAsync(conversation.StreamUrl.Replace("watermark=0", $"watermark={seen}", StringComparison.Ordinal));
        Assert.Equal(["correct", "take back", "event"], await resumed.TextsAsync(3));
        Assert.Equal(stream.Watermark, resumed.Watermark);
        Assert.Equal(["hello dl_ada", "x", "correct", "take back"], (await conversation.GetAsync(node.Http)).Activities.Select(TestConversation.Text).ToArray());
        Assert.Equal(stream.Watermark, (await conversation.GetAsync(node.Http)).Watermark);

        static int Number(System.Text.Json.JsonElement activity) => activity.GetProperty("channelData").GetProperty("webchat:sequence-id").GetInt32();
    }

    [Fact]
    public async Task Streams_of_one_conversation_all_get_everything()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await using var first = await TestStream.OpenAsync(conversation.StreamUrl);
        await using var second = await TestStream.OpenAsync(conversation.StreamUrl);

        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["hello dl_ada", "x", "1: x"], await first.TextsAsync(3));
        Assert.Equal(["hello dl_ada", "x", "1: x"], await second.TextsAsync(3));
    }

    [Fact]
    public async Task Idle_stream_shows_that_it_is_alive_and_ignores_what_the_client_sends()
    {
        await using var node = await TestNode.StartAsync(configure: options => options.KeepAliveInterval = TimeSpan.FromMilliseconds(100));
        var conversation = await node.ConverseAsync(user: null);
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);

        Assert.Equal("", await stream.FrameAsync());
        await stream.SendAsync("");
        await stream.SendAsync(new string('x', 5000));
        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["hello ada", "x", "1: x"], await stream.TextsAsync(3));
    }

    [Fact]
    public async Task Typing_is_shown_by_streams_while_the_turn_runs_and_kept_by_nobody()
    {
        var diary = new BotDiary();
        await using var node = await TestNode.StartAsync(services: services => services.AddSingleton(diary));
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        var posting = conversation.SayAsync(node.Http, "type");
        var typing = Assert.Single(await stream.TakeAsync(1));
        Assert.Equal("1", stream.Watermark);
        diary.MayGoOn.SetResult();
        await posting;

        Assert.Equal("typing", typing.GetProperty("type").GetString());
        Assert.Equal("test-bot", typing.GetProperty("from").GetProperty("id").GetString());
        Assert.Equal(["type"], await stream.TextsAsync(1));
        Assert.Equal(["hello dl_ada", "type"], await conversation.TextsAsync(node.Http, 2));
    }

    [Fact]
    public async Task Typing_committed_in_a_turn_is_shown_only_when_no_words_follow_it()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);
        var channel = node.Services.GetServices<IChannel>().Single();
        var key = new ConversationKey("test-bot", "directline", conversation.Id);

        await channel.DeliverAsync(key, [Row(7, 0, "typing"), Row(7, 1, "message")], CancellationToken.None);
        await channel.DeliverAsync(key, [Row(8, 0, "message"), Row(8, 1, "typing")], CancellationToken.None);

        Assert.Equal(["message", "message", "typing"], (await stream.TakeAsync(3)).Select(Type).ToArray());

        static OutboxRow Row(long revision, int index, string type) =>
            new(new(revision, index), ActivityJson.Write(new() { Type = type, From = new() { Id = "test-bot" } }), "local-1", IsEcho: false);

        static string Type(System.Text.Json.JsonElement activity) => activity.GetProperty("type").GetString()!;
    }

    [Fact]
    public async Task Preview_of_a_message_is_shown_while_the_turn_runs_and_has_the_id_of_the_message()
    {
        var diary = new BotDiary();
        await using var node = await TestNode.StartAsync(services: services => services.AddSingleton(diary));
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        var posting = conversation.SayAsync(node.Http, "stream");
        var preview = Assert.Single(await stream.TakeAsync(1));
        Assert.Equal("1", stream.Watermark);
        diary.MayGoOn.SetResult();
        await posting;
        var message = (await stream.TakeAsync(2))[^1];

        var id = message.GetProperty("id").GetString()!;
        Assert.StartsWith($"{conversation.Id}|stream-", id, StringComparison.Ordinal);
        Assert.Equal("half and half", message.GetProperty("text").GetString());
        Assert.Equal((id, "typing", "half"), (Member("id"), Member("type"), Member("text")));
        Assert.False(preview.TryGetProperty("replyToId", out _));
        foreach (var info in (System.Text.Json.JsonElement[])[preview.GetProperty("channelData"), preview.GetProperty("entities")[0]])
        {
            Assert.Equal((id, "streaming"), (info.GetProperty("streamId").GetString(), info.GetProperty("streamType").GetString()));
            Assert.InRange(info.GetProperty("streamSequence").GetInt64(), 1, (1L << 53) - 1);
        }

        var final = message.GetProperty("channelData");
        Assert.Equal((id, "final"), (final.GetProperty("streamId").GetString(), final.GetProperty("streamType").GetString()));
        Assert.False(final.TryGetProperty("streamSequence", out _));
        Assert.Equal(["hello dl_ada", "stream", "half and half"], await conversation.TextsAsync(node.Http, 3));

        string? Member(string name) => preview.GetProperty(name).GetString();
    }

    [Fact]
    public async Task Preview_of_a_run_that_was_overtaken_does_not_take_the_place_of_the_message()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);
        var channel = node.Services.GetServices<IChannel>().Single();
        var key = new ConversationKey("test-bot", "directline", conversation.Id);

        var first = await ShowAsync("key", "first", 1);
        Assert.Equal(first, await ShowAsync("key", "second", 1));
        Assert.Equal(["first", "second"], await stream.TextsAsync(2));
        var message = new Activity { Type = ActivityTypes.Message, Text = "said", From = new() { Id = "test-bot" } };
        new StreamInfo(first, null, StreamTypes.Final).ApplyTo(message);
        await channel.DeliverAsync(key, [new(new(7, 0), ActivityJson.Write(message), "local-1", IsEcho: false)], CancellationToken.None);
        Assert.Equal(["said"], await stream.TextsAsync(1));
        await ShowAsync("key", "late", 3);
        await ShowAsync("other", "next", 1);

        Assert.Equal(["next"], await stream.TextsAsync(1));

        async Task<string?> ShowAsync(string name, string text, long sequence)
        {
            var preview = new Activity { Type = ActivityTypes.Typing, Id = name, Text = text };
            new StreamInfo(null, sequence, StreamTypes.Streaming).ApplyTo(preview);
            return await channel.SendPreviewAsync(key, preview, CancellationToken.None);
        }
    }

    [Fact]
    public async Task Stream_url_holds_for_a_minute_and_an_open_stream_for_longer()
    {
        var time = new MovableTime();
        await using var node = await TestNode.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        time.Offset = TimeSpan.FromSeconds(70);
        await conversation.SayAsync(node.Http, "x");
        Assert.Equal(["x", "1: x"], await stream.TextsAsync(2));

        using var late = await node.Http.GetAsync(Rest(conversation.StreamUrl));
        Assert.Equal(HttpStatusCode.Forbidden, late.StatusCode);
        Assert.Equal("TokenExpired", (await TestConversation.JsonOf(late)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Stream_for_a_gateway_can_be_resumed_on_another_node_much_later()
    {
        var time = new MovableTime();
        var store = new Storage.MemoryStore(new Random(1));
        await using var first = await TestNode.StartAsync(store, services: services => services.AddSingleton<TimeProvider>(time));
        await using var second = await TestNode.StartAsync(store, "local-2", services: services => services.AddSingleton<TimeProvider>(time));
        var conversation = await first.ConverseAsync();
        string resume;
        await using (var stream = await TestStream.OpenAsync(conversation.StreamUrl, ("Everturn-Request-Id", "r1")))
        {
            Assert.Equal("local-1", stream.Header("Everturn-Node"));
            resume = stream.Header("Everturn-Stream-Resume")!;
            await stream.TakeAsync(1);
        }

        time.Offset = TimeSpan.FromHours(23);
        var url = $"ws://{second.BaseAddress.Authority}/v3/directline/conversations/{conversation.Id}/stream?watermark=0&t={resume}";
        await using var resumed = await TestStream.OpenAsync(url);
        Assert.Equal(["hello dl_ada"], await resumed.TextsAsync(1));
        Assert.Null(resumed.Header("Everturn-Stream-Resume"));
        using var rest = await TestConversation.SendAsync(first.Http, HttpMethod.Get, conversation.ActivitiesPath, resume);
        Assert.Equal(HttpStatusCode.Forbidden, rest.StatusCode);
    }

    [Fact]
    public async Task Stream_that_is_no_upgrade_or_has_no_token_or_a_bad_watermark_is_refused()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var other = await node.ConverseAsync();
        var url = conversation.StreamUrl;

        using var plain = await node.Http.GetAsync(Rest(url));
        using var without = await node.Http.GetAsync(Rest(url.Split('?')[0]));
        Assert.Equal(HttpStatusCode.BadRequest, plain.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
        await AssertNotOpenedAsync(url.Replace("watermark=0", "watermark=x", StringComparison.Ordinal), HttpStatusCode.BadRequest);
        await AssertNotOpenedAsync(url.Replace(conversation.Id, other.Id, StringComparison.Ordinal), HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Stream_beyond_the_limit_is_429_until_another_closes()
    {
        await using var node = await TestNode.StartAsync(configure: options => options.MaxStreams = 1);
        var conversation = await node.ConverseAsync();
        await using (var first = await TestStream.OpenAsync(conversation.StreamUrl))
        {
            await first.TakeAsync(1);
            await AssertNotOpenedAsync(conversation.StreamUrl, HttpStatusCode.TooManyRequests);
            await first.Socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            Assert.Equal(WebSocketCloseStatus.NormalClosure, first.Socket.CloseStatus);
        }

        await Patience.UntilAsync(
            async () =>
            {
                try
                {
                    await using var second = await TestStream.OpenAsync(conversation.StreamUrl);
                    return (await second.TextsAsync(1)).Length == 1;
                }
                catch (WebSocketException)
                {
                    return false;
                }
            },
            "room for another stream");
    }

    [Fact]
    public async Task Stopping_node_closes_streams_at_once_and_says_that_it_leaves()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        var stopping = node.StopAsync();

        Assert.Null(await stream.FrameAsync());
        Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, stream.Socket.CloseStatus);
        await stream.Socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        await stopping.WaitAsync(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task Client_that_does_not_read_is_cut_off_and_resumes_without_loss()
    {
        await using var node = await TestNode.StartAsync(configure: options => options.SendTimeout = TimeSpan.FromMilliseconds(200));
        var conversation = await node.ConverseAsync();
        await using var slow = await TestStream.OpenAsync(conversation.StreamUrl);
        var said = 0;
        while (!node.Log.Lines.Any(line => line.Event.Id == 4006 && line.Text.Contains("too slow", StringComparison.Ordinal)))
        {
            Assert.True(said < 400, "The stream was never cut off.");
            await conversation.PostAsync(
                node.Http,
                $$"""{"type":"message","from":{"id":"ada"},"text":"silence","value":"{{new string('x', 200 * 1024)}}","id":"{{said++}}"}""");
        }

        await using var resumed = await TestStream.OpenAsync(conversation.StreamUrl);
        Assert.Equal(said + 1, (await resumed.TakeAsync(said + 1)).Count);
    }

    [Fact]
    public async Task Stream_outlives_a_store_that_is_away_for_a_while()
    {
        var documents = new Storage.MemoryStore(new Random(1));
        var store = new TroubledStore(documents);
        await using var node = await TestNode.StartAsync(store, configure: options => options.PageBytes = 1024);
        await using var other = await TestNode.StartAsync(documents, "local-2", configure: options => options.PageBytes = 1024);
        var conversation = await node.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        store.IsAway = true;
        await Patience.UntilAsync(() => Task.FromResult(node.Log.Lines.Any(line => line.Event.Id == 4005)), "a poll that fails");
        for (var i = 1; i <= 10; i++)
        {
            await conversation.SayAsync(other.Http, $"m{i}");
        }

        store.IsAway = false;
        Assert.Equal(Enumerable.Range(1, 10).SelectMany(i => new[] { $"m{i}", $"{i}: m{i}" }).ToArray(), await stream.TextsAsync(20));
        Assert.Single(node.Log.Lines, line => line.Event.Id == 4005);
    }

    [Theory]
    [InlineData(null, null, "ws://127.0.0.1")]
    [InlineData("https", "chat.contoso.com", "wss://chat.contoso.com/")]
    [InlineData("http", "localhost:3978", "ws://localhost:3978/")]
    [InlineData("https", "evil.example/path?", "wss://127.0.0.1")]
    public async Task Stream_url_leads_back_through_the_gateway(string? scheme, string? host, string expected)
    {
        await using var node = await TestNode.StartAsync();
        var token = await TestConversation.NewTokenAsync(node.Http, null);
        List<(string, string)> headers = [];
        if (scheme is not null && host is not null)
        {
            headers = [("X-Forwarded-Proto", scheme), ("X-Forwarded-Host", host)];
        }

        using var response = await TestConversation.SendAsync(
            node.Http, HttpMethod.Post, "/v3/directline/conversations", token, null, [.. headers]);

        Assert.StartsWith(expected, (await TestConversation.JsonOf(response)).GetProperty("streamUrl").GetString(), StringComparison.Ordinal);
    }

    private static Uri Rest(string streamUrl) => new("http" + streamUrl[2..]);

    private static async Task AssertNotOpenedAsync(string url, HttpStatusCode expected)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri(url), CancellationToken.None));
        Assert.Equal(expected, socket.HttpStatusCode);
    }
}
