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

    /// <summary>A text with buttons; pressing one sends its words as the user's message.</summary>
    public static Activity SuggestedActions(IEnumerable<string> actions, string? text = null) => new()
    {
        Type = ActivityTypes.Message,
        Text = text,
        SuggestedActions = new SuggestedActions
        {
            Actions = actions.Select(action => new CardAction { Type = "imBack", Title = action, Value = action.AsJson() }).ToList(),
        },
    };
}
