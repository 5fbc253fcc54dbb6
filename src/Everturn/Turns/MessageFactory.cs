using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>Makes messages to send.</summary>
public static class MessageFactory
{
    /// <summary>A text.</summary>
    public static Activity Text(string text, string? speak = null, string? inputHint = null) =>
        new() { Type = ActivityTypes.Message, Text = text, Speak = speak, InputHint = inputHint };

    /// <summary>A card or a file, with or without a text.</summary>
    public static Activity Attachment(Attachment attachment, string? text = null) =>
        new() { Type = ActivityTypes.Message, Text = text, Attachments = [attachment] };

    /// <summary>Cards or files below each other, with or without a text.</summary>
    public static Activity List(IEnumerable<Attachment> attachments, string? text = null) => Many(attachments, text, "list");

    /// <summary>Cards or files beside each other, with or without a text.</summary>
    public static Activity Carousel(IEnumerable<Attachment> attachments, string? text = null) => Many(attachments, text, "carousel");

    /// <summary>A text with buttons; pressing one sends its words as the user's message.</summary>
    public static Activity SuggestedActions(IEnumerable<string> actions, string? text = null) =>
        SuggestedActions(actions.Select(action => CardAction.ImBack(action)), text);

    /// <summary>A text with buttons of any kind; they vanish when the user goes on.</summary>
    public static Activity SuggestedActions(IEnumerable<CardAction> actions, string? text = null) => new()
    {
        Type = ActivityTypes.Message,
        Text = text,
        SuggestedActions = new SuggestedActions { Actions = [.. actions] },
    };

    private static Activity Many(IEnumerable<Attachment> attachments, string? text, string layout) =>
        new() { Type = ActivityTypes.Message, Text = text, Attachments = [.. attachments], AttachmentLayout = layout };
}
