using System.Globalization;
using Everturn.Activities;

namespace Everturn.Cli.Chat;

/// <summary>What a bot's activity looks like on a terminal.</summary>
internal static class ReplyText
{
    /// <summary>The lines of an activity; none for what has nothing to show.</summary>
    public static IEnumerable<string> Of(Activity activity)
    {
        if (activity.Type == ActivityTypes.EndOfConversation)
        {
            yield return "[the bot ended the conversation]";
        }

        if (activity.Type != ActivityTypes.Message)
        {
            yield break;
        }

        if (!string.IsNullOrEmpty(activity.Text))
        {
            yield return Printable(activity.Text);
        }

        foreach (var attachment in activity.Attachments ?? [])
        {
            yield return Printable($"[{attachment.Name ?? attachment.ContentType}]");
        }

        if (activity.SuggestedActions?.Actions is { Count: > 0 } actions)
        {
            yield return Printable(string.Join(' ', actions.Select(action => $"({action.Title})")));
        }
    }

    // A bot repeats what people tell it: control characters could make the terminal do things.
    private static string Printable(string text) =>
        string.Concat(text.Where(c => c is '\n' or '\t' || CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Control));
}
