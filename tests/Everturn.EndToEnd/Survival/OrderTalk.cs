namespace Everturn.EndToEnd.Survival;

/// <summary>The conversation that <c>OrderFlow</c> has with everybody.</summary>
internal static class OrderTalk
{
    /// <summary>What the user says, and how much the bot has said by then. Its last word comes by itself, when its last question has waited for long enough.</summary>
    public static IReadOnlyList<(string Text, int Words)> Messages { get; } = [("hello", 1), ("30", 2), ("ham", 3), ("Ada", 4), ("yes", 6)];

    /// <summary>How much the bot says in all.</summary>
    public const int AllWords = 7;

    /// <summary>Has the conversation from its beginning to its end.</summary>
    public static async Task HaveAsync(Talk talk)
    {
        foreach (var (text, words) in Messages)
        {
            await talk.SayAsync(text, words);
        }

        await talk.WaitForAsync(AllWords);
    }

    /// <summary>Each word was said once, each call has one key, and those named were made more than once.</summary>
    public static async Task AssertAsync(Talk talk, OutsideService outside, string evidence, params string[] repeated)
    {
        var said = await talk.WordsAsync();
        var calls = outside.CallsOf(talk.Conversation);
        evidence = $"{evidence}: {string.Join(" | ", said)}; calls {string.Join(' ', calls.Select(call => $"{call.Step} {call.Key}"))}";
        Assert.True(said is ["How big?", "What on it?", "Who are you?", "30 with ham for Ada?", _, "A tip?", "No tip, then."], evidence);
        Assert.Matches(@"^Charged by call \d, baked by call \d\.$", said[4]);
        Assert.True(Messages.Select(message => message.Text).SequenceEqual(await talk.OwnWordsAsync(), StringComparer.Ordinal), evidence);
        var steps = calls.GroupBy(call => call.Step, StringComparer.Ordinal).ToDictionary(step => step.Key, step => step.ToArray(), StringComparer.Ordinal);
        Assert.True(steps.Keys.Order(StringComparer.Ordinal).SequenceEqual(["bake", "charge"], StringComparer.Ordinal), evidence);
        foreach (var (step, made) in steps)
        {
            Assert.True(made.Length == (repeated.Contains(step, StringComparer.Ordinal) ? 2 : 1), evidence);
            Assert.True(made.Select(call => call.Key).Distinct(StringComparer.Ordinal).Count() == 1, evidence);
        }
    }
}
