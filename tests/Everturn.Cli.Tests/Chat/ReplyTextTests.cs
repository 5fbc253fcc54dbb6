using Everturn.Activities;
using Everturn.Cli.Chat;
using Everturn.Turns;

namespace Everturn.Cli.Tests.Chat;

public sealed class ReplyTextTests
{
    [Fact]
    public void Message_shows_its_text_attachments_and_buttons()
    {
        var activity = MessageFactory.SuggestedActions(["yes", "no"], "sure?");
        activity.Attachments = [new Attachment { ContentType = "image/png", Name = "pizza.png" }, new Attachment { ContentType = "text/plain" }];

        Assert.Equal(["sure?", "[pizza.png]", "[text/plain]", "(yes) (no)"], ReplyText.Of(activity));
    }

    [Fact]
    public void Text_cannot_command_the_terminal() =>
        Assert.Equal(["[2Jpizza\nwith a tab\t"], ReplyText.Of(MessageFactory.Text("\u001b[2J\u0007pizza\r\nwith a tab\t\u009b")));

    [Fact]
    public void Activity_that_is_no_message_shows_nothing() =>
        Assert.Empty(ReplyText.Of(new Activity { Type = ActivityTypes.Typing, Text = "…" }));
}
