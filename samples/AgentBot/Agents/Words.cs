namespace AgentBot.Agents;

/// <summary>Texts that must fit.</summary>
internal static class Words
{
    private const string Mark = " ... (cut)";

    /// <summary>The text, or as much of its beginning as fits with a mark behind it.</summary>
    public static string Cut(string text, int most)
    {
        if (text.Length <= most)
        {
            return text;
        }

        var end = most - Mark.Length;
        // Half a surrogate pair is no text.
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)] + Mark;
    }
}
