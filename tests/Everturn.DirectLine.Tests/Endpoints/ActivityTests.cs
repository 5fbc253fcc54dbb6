using System.Net;
using System.Text.Json;
using Everturn.Activities;
using Everturn.DirectLine.Tests.Running;
using Everturn.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class ActivityTests
{
    [Fact]
    public async Task Echo_is_what_was_posted_but_for_what_the_channel_decides()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        const string value = """{ "n":1.0e2, "big":12345678901234567890, "none":null, "when":"2024-01-01T00:00:00.1234567+05:30", "\u00e4":"\u0041" }""";
        const string data = """{"clientActivityID":"c1","deep":{"x":[1,2.50]}}""";

        var id = await conversation.PostAsync(
            node.Http,
            $$"""{"type":"message","unknown":{{value}},"text":"silence","nothing":null,"channelData":{{data}},"from":{"id":"eve","role":"user","x":1.50},"callerId":"urn:forged","id":"mine"}""");

        var raw = await RawActivityAsync(node, conversation, 1);
        using var document = JsonDocument.Parse(raw);
        var echo = document.RootElement;
        Assert.Equal(id, echo.GetProperty("id").GetString());
        Assert.Equal(value, echo.GetProperty("unknown").GetRawText());
        Assert.Equal(JsonValueKind.Null, echo.GetProperty("nothing").ValueKind);
        Assert.Equal("""{"clientActivityID":"c1","deep":{"x":[1,2.50]},"webchat:sequence-id":2}""", echo.GetProperty("channelData").GetRawText());
        Assert.Equal("""{"id":"dl_ada","role":"user","x":1.50}""", echo.GetProperty("from").GetRawText());
        Assert.Equal(conversation.Id, echo.GetProperty("conversation").GetProperty("id").GetString());
        Assert.Equal("directline", echo.GetProperty("channelId").GetString());
        Assert.False(echo.TryGetProperty("callerId", out _));
        Assert.True(echo.TryGetProperty("timestamp", out _));
    }

    [Fact]
    public async Task Press_on_a_card_names_the_activity_that_the_bot_then_changes()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var own = await conversation.SayAsync(node.Http, "x");
        await conversation.TextsAsync(node.Http, 3);
        var card = (await conversation.GetAsync(node.Http)).Activities[^1].GetProperty("id").GetString();

        await conversation.PostAsync(node.Http, $$"""{"type":"message","text":"correct the one replied to","replyToId":"{{card}}"}""");
        // What a user has said is not the bot's to change: nothing happens, and the rest goes on.
        await conversation.PostAsync(node.Http, $$"""{"type":"message","text":"correct the one replied to","replyToId":"{{own}}"}""");
        await conversation.SayAsync(node.Http, "y");

        Assert.Equal(
            ["hello dl_ada", "x", "corrected", "correct the one replied to", "correct the one replied to", "y", "2: y"],
            await conversation.TextsAsync(node.Http, 7));
        Assert.Contains(node.Log.Lines, line => line.Text.Contains("ET1044: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bot_sees_the_channel_the_user_and_itself()
    {
        var diary = new BotDiary();
        await using var node = await TestNode.StartAsync(services: services => services.AddSingleton(diary));
        var conversation = await node.ConverseAsync();

        var id = await conversation.SayAsync(node.Http, "x");

        Assert.True(diary.Heard.TryDequeue(out var heard));
        Assert.Equal(id, heard.Id);
        Assert.Equal("directline", heard.ChannelId);
        Assert.Equal("urn:everturn:directline", heard.ServiceUrl);
        Assert.Equal("dl_ada", heard.From?.Id);
        Assert.Equal("test-bot", heard.Recipient?.Id);
        Assert.Equal(conversation.Id, heard.Conversation?.Id);
        Assert.NotNull(heard.GetTimestamp());
    }

    [Fact]
    public async Task Reply_says_what_it_replies_to_who_answered_and_where_it_stands()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        var id = await conversation.SayAsync(node.Http, "x");
        await conversation.TextsAsync(node.Http, 3);
        var (activities, watermark) = await conversation.GetAsync(node.Http);

        Assert.Equal("3", watermark);
        Assert.Equal([1, 2, 3], activities.Select(activity => activity.GetProperty("channelData").GetProperty("webchat:sequence-id").GetInt64()));
        var (greeting, reply) = (activities[0], activities[2]);
        Assert.Equal($"{conversation.Id}|0000001", greeting.GetProperty("id").GetString());
        Assert.False(greeting.TryGetProperty("replyToId", out _));
        Assert.Equal($"{conversation.Id}|0000003", reply.GetProperty("id").GetString());
        Assert.Equal(id, reply.GetProperty("replyToId").GetString());
        Assert.Equal("bot", reply.GetProperty("from").GetProperty("role").GetString());
        Assert.Equal(
            """{"node":"local-1","region":"local","revision":2}""", reply.GetProperty("channelData").GetProperty("everturn").GetRawText());
    }

    [Fact]
    public async Task Post_repeated_with_the_same_request_id_happens_once()
    {
        var store = new MemoryStore(new Random(1));
        await using var first = await TestNode.StartAsync(store);
        await using var second = await TestNode.StartAsync(store, "local-2");
        var conversation = await first.ConverseAsync();
        const string message = """{"type":"message","from":{"id":"ada"},"text":"x"}""";

        var ids = await Task.WhenAll(
            conversation.PostAsync(first.Http, message, ("Everturn-Request-Id", "r1")),
            conversation.PostAsync(second.Http, message, ("Everturn-Request-Id", "r1")),
            conversation.PostAsync(first.Http, message, ("Everturn-Request-Id", "r1")));
        await conversation.PostAsync(first.Http, message, ("Everturn-Request-Id", "r2"));

        Assert.Single(ids.Distinct(StringComparer.Ordinal));
        Assert.Equal(["hello dl_ada", "x", "1: x", "x", "2: x"], await conversation.TextsAsync(first.Http, 5));
    }

    [Theory]
    [InlineData(""" "id":"m1" """)]
    [InlineData(""" "channelData":{"clientActivityID":"m1"} """)]
    public async Task Post_repeated_by_the_client_itself_happens_once(string identity)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var message = $$"""{"type":"message","from":{"id":"ada"},"text":"x",{{identity}}}""";

        var first = await conversation.PostAsync(node.Http, message, ("Everturn-Request-Id", "r1"));
        var second = await conversation.PostAsync(node.Http, message, ("Everturn-Request-Id", "r2"));
        await conversation.SayAsync(node.Http, "y");

        Assert.Equal(first, second);
        Assert.Equal(["hello dl_ada", "x", "1: x", "y", "2: y"], await conversation.TextsAsync(node.Http, 5));
    }

    [Fact]
    public async Task Post_of_other_words_under_the_same_ids_is_another_post()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        foreach (var text in new[] { "x", "y" })
        {
            await conversation.PostAsync(
                node.Http, $$"""{"type":"message","id":"1","from":{"id":"ada"},"text":"{{text}}"}""", ("Everturn-Request-Id", "r1"));
        }

        Assert.Equal(["hello dl_ada", "x", "1: x", "y", "2: y"], await conversation.TextsAsync(node.Http, 5));
    }

    [Fact]
    public async Task Same_words_without_any_id_are_said_twice()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        await conversation.PostAsync(node.Http, """{"type":"message","from":{"id":"ada"},"text":"x"}""");
        await conversation.PostAsync(node.Http, """{"type":"message","from":{"id":"ada"},"text":"x"}""");

        Assert.Equal(["hello dl_ada", "x", "1: x", "x", "2: x"], await conversation.TextsAsync(node.Http, 5));
    }

    [Fact]
    public async Task Bot_that_fails_is_502_and_leaves_no_trace()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        using var response = await TestConversation.SendAsync(
            node.Http, HttpMethod.Post, conversation.ActivitiesPath, conversation.Token, TestConversation.Message("fail"));
        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal("BotError", (await TestConversation.JsonOf(response)).GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(["hello dl_ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
    }

    [Theory]
    [InlineData("expectReplies")]
    [InlineData("stream")]
    public async Task Delivery_mode_of_a_client_takes_no_reply_out_of_the_conversation(string mode)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        await conversation.PostAsync(node.Http, $$"""{"type":"message","from":{"id":"ada"},"text":"x","deliveryMode":"{{mode}}"}""");

        Assert.Equal(["hello dl_ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
    }

    [Fact]
    public async Task End_of_conversation_is_passed_on_and_traces_are_not()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        await conversation.SayAsync(node.Http, "trace");
        await conversation.SayAsync(node.Http, "bye");
        await conversation.PostAsync(node.Http, """{"type":"endOfConversation","from":{"id":"ada"}}""");

        Assert.Equal(["hello dl_ada", "trace", "bye", "endOfConversation", "endOfConversation"], await conversation.TextsAsync(node.Http, 5));
    }

    [Fact]
    public async Task Typing_of_a_client_is_taken_and_not_kept()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        await conversation.PostAsync(node.Http, """{"type":"typing","from":{"id":"ada"}}""");
        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["hello dl_ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
    }

    [Fact]
    public async Task Reaction_repeated_later_happens_once_and_names_its_message()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var reaction = $$"""{"type":"messageReaction","from":{"id":"ada"},"id":"{{conversation.Id}}|0000001","reactionsAdded":[{"type":"like"}]}""";

        await conversation.PostAsync(node.Http, reaction);
        await conversation.PostAsync(node.Http, reaction);
        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["hello dl_ada", "messageReaction", "x", "1: x"], await conversation.TextsAsync(node.Http, 4));
        var echo = (await conversation.GetAsync(node.Http)).Activities[1];
        Assert.Equal($"{conversation.Id}|0000001", echo.GetProperty("replyToId").GetString());
    }

    [Fact]
    public async Task Steady_reply_costs_one_write_and_no_read_of_the_transcript()
    {
        var store = new TroubledStore(new MemoryStore(new Random(1))) { Counts = "/transcript" };
        await using var node = await TestNode.StartAsync(store);
        var conversation = await node.ConverseAsync();
        await conversation.SayAsync(node.Http, "a");
        await conversation.TextsAsync(node.Http, 3);
        var (loads, saves) = (store.Loads, store.Saves);

        await conversation.SayAsync(node.Http, "b");
        await Patience.UntilAsync(() => Task.FromResult(store.Saves > saves), "the reply's write");
        var readsAfterwards = store.Loads;

        Assert.Equal(["hello dl_ada", "a", "1: a", "b", "2: b"], await conversation.TextsAsync(node.Http, 5));
        Assert.Equal(saves + 1, store.Saves);
        Assert.Equal(loads, readsAfterwards);
    }

    private static async Task<string> RawActivityAsync(TestNode node, TestConversation conversation, int index)
    {
        await conversation.TextsAsync(node.Http, index + 1);
        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Get, conversation.ActivitiesPath, conversation.Token);
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return document.RootElement.GetProperty("activities")[index].GetRawText();
    }
}
