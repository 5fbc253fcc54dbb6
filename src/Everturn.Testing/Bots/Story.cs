using System.Text;
using Everturn.Activities;

namespace Everturn.Testing.Bots;

/// <summary>Words for what was said, for messages that people read.</summary>
internal static class Story
{
    private const int MostLines = 20;

    /// <summary>What was said so far, the latest last.</summary>
    public static string Of(Transcript transcript)
    {
        var lines = transcript.Lines;
        if (lines.Count == 0)
        {
            return "Nothing has been said so far.";
        }

        var story = new StringBuilder("What was said so far:");
        if (lines.Count > MostLines)
        {
            story.Append("\n  ...");
        }

        foreach (var (isOfBot, activity) in lines.TakeLast(MostLines))
        {
            story.Append("\n  ").Append(isOfBot ? "bot" : activity.From?.Id ?? "user").Append(": ").Append(Of(activity));
        }

        return story.ToString();
    }

    /// <summary>One activity in a line.</summary>
    public static string Of(Activity activity)
    {
        var parts = new List<string>();
        if (activity.Type != ActivityTypes.Message)
        {
            parts.Add($"[{activity.Type}{(activity.Name is { } name ? $" {name}" : "")}]");
        }

        if (activity.Text is { } text)
        {
            parts.Add($"\"{text}\"");
        }

        if (activity.Value is { } value)
        {
            parts.Add(value.GetRawText());
        }

        parts.AddRange(activity.Attachments?.Select(attachment => $"[{attachment.Name ?? attachment.ContentType}]") ?? []);
        parts.AddRange(activity.SuggestedActions?.Actions?.Select(action => $"<{action.Title}>") ?? []);
        return parts.Count == 0 ? "[an empty message]" : string.Join(' ', parts);
    }
}
