using System.Net;
using Everturn.DirectLine.Tests.Running;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class ConversationTests
{
    [Fact]
    public async Task Start_with_a_user_in_the_token_greets_that_user_once()
    {
        await using var node = await TestNode.StartAsync();
        var token = await TestConversation.NewTokenAsync(node.Http, "dl_ada");

        var conversation = await TestConversation.StartAsync(node.Http, token);
        var again = await TestConversation.StartAsync(node.Http, token, HttpStatusCode.OK);

        Assert.Equal(conversation.Id, again.Id);
        await conversation.SayAsync(node.Http, "x");
        Assert.Equal(["hello dl_ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
    }

    [Fact]
    public async Task Start_without_a_user_greets_the_user_just_before_the_first_message()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync(user: null);

        await conversation.SayAsync(node.Http, "x");
        await conversation.SayAsync(node.Http, "y");

        Assert.Equal(["hello ada", "x", "1: x", "y", "2: y"], await conversation.TextsAsync(node.Http, 5));
    }

    [Fact]
    public async Task Post_to_a_conversation_that_was_not_started_starts_it()
    {
        await using var node = await TestNode.StartAsync();
        var token = await TestConversation.NewTokenAsync(node.Http, "dl_ada");
        var conversation = new TestConversation(ClientToken.Claim(token, "conv"), token, "");
        Assert.Empty((await conversation.GetAsync(node.Http)).Activities);

        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["hello dl_ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
    }

    [Fact]
    public async Task Start_succeeds_when_the_bot_fails_to_greet()
    {
        await using var node = await TestNode.StartAsync(services: services => services.AddFailingGreeting());
        var conversation = await node.ConverseAsync();

        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["x", "1: x"], await conversation.TextsAsync(node.Http, 2));
        Assert.Single(node.Log.Lines, line => line.Event.Id == 4004);
    }

    [Fact]
    public async Task Reconnect_gives_a_stream_that_begins_behind_the_watermark()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await conversation.SayAsync(node.Http, "x");
        await conversation.TextsAsync(node.Http, 3);

        using var response = await TestConversation.SendAsync(
            node.Http, HttpMethod.Get, $"/v3/directline/conversations/{conversation.Id}?watermark=2", conversation.Token);
        var answer = await TestConversation.JsonOf(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(conversation.Id, answer.GetProperty("conversationId").GetString());

        await using var stream = await TestStream.OpenAsync(answer.GetProperty("streamUrl").GetString()!);
        Assert.Equal(["1: x"], await stream.TextsAsync(1));
    }

    [Fact]
    public async Task Silent_start_is_told_to_the_bot_once_however_often_it_is_asked_for()
    {
        await using var node = await TestNode.StartAsync(services: services => services.AddFailingGreeting());
        var token = await TestConversation.NewTokenAsync(node.Http, "dl_ada");
        await TestConversation.StartAsync(node.Http, token);
        await TestConversation.StartAsync(node.Http, token, HttpStatusCode.OK);
        Assert.Single(node.Log.Lines, line => line.Event.Id == 4004);
    }
}
