using System.Text;
using Everturn.Activities;

namespace Everturn.Tests.Activities;

public sealed class ConversationReferenceTests
{
    private const string Inbound = """
        {"type":"message","id":"a1","channelId":"test","serviceUrl":"http://localhost:1/x","locale":"ko",
         "from":{"id":"ann","x":1},"recipient":{"id":"bot"},"conversation":{"id":"c","y":2}}
        """;

    [Fact]
    public void Reference_of_an_activity_names_both_sides_and_the_way_back()
    {
        var activity = ActivityJson.Read(Encoding.UTF8.GetBytes(Inbound));
        var reference = activity.GetConversationReference();

        Assert.Equal("a1", reference.ActivityId);
        Assert.Equal("test", reference.ChannelId);
        Assert.Equal("http://localhost:1/x", reference.ServiceUrl);
        Assert.Equal("ko", reference.Locale);
        Assert.Same(activity.From, reference.User);
        Assert.Same(activity.Recipient, reference.Bot);
        Assert.Same(activity.Conversation, reference.Conversation);
    }

    [Fact]
    public void Outgoing_activity_goes_from_the_bot_to_the_user_as_a_reply()
    {
        var reference = ActivityJson.Read(Encoding.UTF8.GetBytes(Inbound)).GetConversationReference();
        var reply = new Activity { Type = "message", Text = "hello" }.ApplyConversationReference(reference);

        Assert.Equal(
            """{"type":"message","channelId":"test","serviceUrl":"http://localhost:1/x","from":{"id":"bot"},"recipient":{"id":"ann","x":1},"conversation":{"id":"c","y":2},"replyToId":"a1","text":"hello","locale":"ko"}""",
            Encoding.UTF8.GetString(ActivityJson.Write(reply)));
    }

    [Fact]
    public void Outgoing_activity_keeps_its_own_locale_and_reply()
    {
        var reference = ActivityJson.Read(Encoding.UTF8.GetBytes(Inbound)).GetConversationReference();
        var reply = new Activity { Locale = "en", ReplyToId = "a0" }.ApplyConversationReference(reference);

        Assert.Equal(("en", "a0"), (reply.Locale, reply.ReplyToId));
    }

    [Fact]
    public void Incoming_activity_goes_from_the_user_to_the_bot_under_its_own_id()
    {
        var reference = ActivityJson.Read(Encoding.UTF8.GetBytes(Inbound)).GetConversationReference();
        var inbound = new Activity { Type = "event", Id = "own" }.ApplyConversationReference(reference, isIncoming: true);

        Assert.Equal(("ann", "bot", "own"), (inbound.From?.Id, inbound.Recipient?.Id, inbound.Id));
        Assert.Null(inbound.ReplyToId);
        Assert.Equal("c", inbound.Conversation?.Id);
    }

    [Theory]
    [InlineData("2024-05-01T10:00:00.1234567Z", "2024-05-01T10:00:00.1234567+00:00")]
    [InlineData("2024-05-01T10:00:00+05:30", "2024-05-01T10:00:00.0000000+05:30")]
    [InlineData("2024-05-01T10:00:00", "2024-05-01T10:00:00.0000000+00:00")]
    [InlineData("2024-05-01", null)]
    [InlineData("yesterday", null)]
    [InlineData("01/05/2024 10:00", null)]
    [InlineData("2024-13-01T10:00:00Z", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Times_are_read_or_null(string? text, string? expected)
    {
        var activity = new Activity { Timestamp = text, LocalTimestamp = text, Expiration = text };

        Assert.Equal(expected, activity.GetTimestamp()?.ToString("O"));
        Assert.Equal(expected, activity.GetLocalTimestamp()?.ToString("O"));
        Assert.Equal(expected, activity.GetExpiration()?.ToString("O"));
    }
}
