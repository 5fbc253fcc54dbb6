using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;

namespace Everturn.Dialogs.Prompts;

/// <summary>Marks the buttons of a question's cards, so that those of an old question can be told.</summary>
internal static class PromptStamp
{
    public const string Member = "everturnPrompt";

    /// <summary>The member of a button's value that is the answer.</summary>
    public const string Answer = "answer";

    // Their buttons send strings and nothing else, and Facebook's and Telegram's refuse a message with others.
    // Source: github.com/microsoft/BotFramework-Services/issues/162.
    private static readonly string[] ChannelsOfStrings = ["facebook", "telegram", "slack", "line"];

    /// <summary>The stamp that a button has sent; null when there is none.</summary>
    public static string? Of(Activity activity) =>
        activity.Type == ActivityTypes.Message && activity.Value is { ValueKind: JsonValueKind.Object } value
        && value.TryGetProperty(Member, out var stamp) && stamp.ValueKind is JsonValueKind.String ? stamp.GetString() : null;

    /// <summary>A copy of the message, its buttons stamped.</summary>
    /// <param name="message">The question.</param>
    /// <param name="stamp">The question's stamp.</param>
    /// <param name="channelId">Where it is sent.</param>
    public static Activity Copy(Activity message, string stamp, string? channelId)
    {
        var takesObjects = !ChannelsOfStrings.Contains(channelId, StringComparer.OrdinalIgnoreCase);
        var copy = ActivityJson.Read(ActivityJson.Write(message));
        foreach (var attachment in copy.Attachments ?? [])
        {
            if (attachment.Content is { ValueKind: JsonValueKind.Object } content)
            {
                var node = JsonNode.Parse(content.GetRawText())!;
                Mark(node, stamp, takesObjects);
                attachment.Content = JsonSerializer.SerializeToElement(node);
            }
        }

        return copy;
    }

    private static void Mark(JsonNode? node, string stamp, bool takesObjects)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    Mark(item, stamp, takesObjects);
                }

                break;
            case JsonObject members:
                // An Adaptive Card's submit sends "data", with the card's inputs; a Hero Card's button sends "value".
                var type = members["type"] is JsonValue word && word.TryGetValue<string>(out var text) ? text : null;
                if (type is "Action.Submit" or "Action.Execute")
                {
                    MarkMember(members, "data", stamp);
                }
                else if (type is "messageBack" or "postBack"
                    && (members["value"] is JsonObject || (takesObjects && (type is "messageBack" || members["value"] is not null))))
                {
                    MarkMember(members, "value", stamp);
                }

                foreach (var (_, member) in members)
                {
                    Mark(member, stamp, takesObjects);
                }

                break;
        }
    }

    // A lone string, number or boolean has no room for the stamp, so it becomes the answer of an object.
    private static void MarkMember(JsonObject button, string name, string stamp)
    {
        switch (button[name])
        {
            case JsonObject members:
                members[Member] = stamp;
                break;
            case JsonValue answer:
                button[name] = new JsonObject { [Answer] = answer.DeepClone(), [Member] = stamp };
                break;
            case null:
                button[name] = new JsonObject { [Member] = stamp };
                break;
        }
    }
}
