using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Activities;

namespace Everturn.Dialogs.Prompts;

/// <summary>Marks the buttons of a question's cards, so that those of an old question can be told.</summary>
internal static class PromptStamp
{
    public const string Member = "everturnPrompt";

    /// <summary>The stamp that a button has sent; null when there is none.</summary>
    public static string? Of(Activity activity) =>
        activity.Type == ActivityTypes.Message && activity.Value is { ValueKind: JsonValueKind.Object } value
        && value.TryGetProperty(Member, out var stamp) && stamp.ValueKind is JsonValueKind.String ? stamp.GetString() : null;

    /// <summary>A copy of the message, its buttons stamped.</summary>
    public static Activity Copy(Activity message, string stamp)
    {
        var copy = ActivityJson.Read(ActivityJson.Write(message));
        foreach (var attachment in copy.Attachments ?? [])
        {
            if (attachment.Content is { ValueKind: JsonValueKind.Object } content)
            {
                var node = JsonNode.Parse(content.GetRawText())!;
                Mark(node, stamp);
                attachment.Content = JsonSerializer.SerializeToElement(node);
            }
        }

        return copy;
    }

    private static void Mark(JsonNode? node, string stamp)
    {
        switch (node)
        {
            case JsonArray items:
                foreach (var item in items)
                {
                    Mark(item, stamp);
                }

                break;
            case JsonObject members:
                // An Adaptive Card's submit sends "data", with the card's inputs; a Hero Card's button sends "value".
                var type = members["type"] is JsonValue word && word.TryGetValue<string>(out var text) ? text : null;
                if (type is "Action.Submit" or "Action.Execute" && (members["data"] ??= new JsonObject()) is JsonObject data)
                {
                    data[Member] = stamp;
                }
                else if (type is "messageBack" or "postBack" && members["value"] is JsonObject value)
                {
                    value[Member] = stamp;
                }

                foreach (var (_, member) in members)
                {
                    Mark(member, stamp);
                }

                break;
        }
    }
}
