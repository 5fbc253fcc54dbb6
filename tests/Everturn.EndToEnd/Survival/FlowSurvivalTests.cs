using System.Diagnostics;

namespace Everturn.EndToEnd.Survival;

/// <summary>Dialogs on real node processes, of which one is killed by SIGKILL at each moment that a conversation has.</summary>
public sealed class FlowSurvivalTests(ITestOutputHelper output)
{
    // What the user says, and how much the bot has said by then.
    private static readonly (string Text, int Words)[] Order = [("hello", 1), ("30", 2), ("ham", 3), ("Ada", 4), ("yes", 6)];

    // The last comes by itself, when nobody has answered the one before.
    private const int AllWords = 7;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flow_whose_node_is_killed_at_any_write_asks_each_question_once_and_repeats_a_call_only_with_its_key(bool isQueued)
    {
        await using var outside = await OutsideService.StartAsync();
        await using var nodes = await BotNodes.StartAsync(outside, isQueued);
        var watch = Stopwatch.StartNew();
        var (deaths, repeated, write) = (0, 0, 0);
        for (var isOver = false; !isOver; write++)
        {
            // In turn: before the write takes effect, and after, when the node does not hear of it.
            var (died, calls) = await TalkAsync(outside, nodes, write, killsAfter: (write % 2 == 1) ^ isQueued);
            deaths += died ? 1 : 0;
            repeated += calls > 2 ? 1 : 0;
            isOver = !died;
        }

        output.WriteLine($"{deaths} nodes killed in {write} conversations, {repeated} calls repeated, {watch.Elapsed.TotalSeconds:0.0} s");
        Assert.True(deaths >= Order.Length * 2, $"Only {deaths} nodes were killed.");
    }

    private static async Task<(bool Died, int Calls)> TalkAsync(OutsideService outside, BotNodes nodes, int write, bool killsAfter)
    {
        var ready = nodes.Ready;
        using var talk = await Talk.StartAsync(nodes, ready[write % ready.Count]);
        var (seen, died, inJournal) = (0, "", new HashSet<string>(StringComparer.Ordinal));
        outside.Saves = async save =>
        {
            if (!save.Key.Contains(talk.Conversation, StringComparison.Ordinal))
            {
                return;
            }

            if (save.HasEffect && died.Length == 0)
            {
                inJournal.UnionWith(save.Journal());
            }

            if (save.HasEffect == killsAfter && seen++ == write)
            {
                died = $"{(killsAfter ? "after" : "before")} write {write} of {save.Key}, journal [{string.Join(' ', save.Journal())}]";
                await nodes.KillAsync(save.Process);
            }
        };

        foreach (var (text, words) in Order)
        {
            await talk.SayAsync(text, words);
        }

        await talk.WaitForAsync(AllWords);
        var calls = outside.CallsOf(talk.Conversation);
        var said = await talk.WordsAsync();
        var evidence = $"Killed {died}: {string.Join(" | ", said)}; calls {string.Join(' ', calls.Select(call => $"{call.Step} {call.Key}"))}\n{nodes}";
        Assert.True(said is ["How big?", "What on it?", "Who are you?", "30 with ham for Ada?", _, "A tip?", "No tip, then."], evidence);
        Assert.Matches(@"^Charged by call \d, baked by call \d\.$", said[4]);
        Assert.True(Order.Select(message => message.Text).SequenceEqual(await talk.OwnWordsAsync()), evidence);
        Assert.True(calls.GroupBy(call => call.Step, StringComparer.Ordinal).All(step => step.Select(call => call.Key).Distinct(StringComparer.Ordinal).Count() == 1), evidence);
        await nodes.AllReadyAsync();
        return (died.Length > 0, calls.Count);
    }
}
