namespace Everturn.Activities;

/// <summary>Finds who is mentioned in a message, and takes the mentions out of its text, as channels for groups put them there.</summary>
public static class MentionExtensions
{
    /// <summary>Who is mentioned, in order; what is malformed is left out.</summary>
    public static IReadOnlyList<Mention> GetMentions(this Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return [.. (activity.Entities ?? []).Select(Mention.Of).OfType<Mention>()];
    }

    /// <summary>Takes the mentions of somebody out of the text, and the space around it; the entities stay.</summary>
    /// <param name="activity">The message to change.</param>
    /// <param name="id">Whose.</param>
    /// <returns>The text that is left; null when there was none.</returns>
    public static string? RemoveMentionText(this Activity activity, string id)
    {
        ArgumentNullException.ThrowIfNull(activity);
        foreach (var mention in activity.GetMentions().Where(mention => mention.Mentioned.Id == id))
        {
            var words = mention.Text ?? $"<at>{mention.Mentioned.Name}</at>";
            activity.Text = words.Length > 0 ? activity.Text?.Replace(words, "", StringComparison.OrdinalIgnoreCase).Trim() : activity.Text;
        }

        return activity.Text;
    }

    /// <summary>Takes the mentions of the bot itself out of the text: in a group it is told <c>&lt;at&gt;Bot&lt;/at&gt; help</c>, and means <c>help</c>.</summary>
    /// <returns>The text that is left; null when there was none.</returns>
    public static string? RemoveRecipientMention(this Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return activity.Recipient?.Id is { } bot ? activity.RemoveMentionText(bot) : activity.Text;
    }
}
