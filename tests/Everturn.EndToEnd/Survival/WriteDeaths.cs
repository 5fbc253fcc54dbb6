using System.Diagnostics;

namespace Everturn.EndToEnd.Survival;

/// <summary>Has the same conversation again and again, and kills a node at another write of it each time, until all have been tried.</summary>
internal sealed class WriteDeaths(OutsideService outside, BotNodes nodes)
{
    /// <summary>How many nodes were killed.</summary>
    public int Deaths { get; private set; }

    /// <summary>How often a call had to be repeated.</summary>
    public int Repetitions { get; private set; }

    /// <param name="every">1 for every write, 2 for every other.</param>
    public async Task<string> RunAsync(int every)
    {
        var watch = Stopwatch.StartNew();
        var (before, conversations) = (-1, 0);
        while (before < Deaths)
        {
            before = Deaths;
            // In turn: before the write takes effect, and when it has and the node does not know yet.
            await TalkAsync(conversations * every, killsAfter: conversations % 2 == 1);
            conversations++;
        }

        return $"{Deaths} nodes killed in {conversations} conversations, {Repetitions} calls repeated, {watch.Elapsed.TotalSeconds:0.0} s";
    }

    private async Task TalkAsync(int write, bool killsAfter)
    {
        var ready = await nodes.ReadyAsync(2);
        using var talk = await Talk.StartAsync(nodes, ready[write % ready.Count]);
        var journal = new HashSet<string>(StringComparer.Ordinal);
        var (seen, died) = (0, "");
        string[] lost = [];
        outside.Saves = async save =>
        {
            // Everything of this conversation: its record, and what the channel shows of it.
            if (!save.Key.Contains(talk.Conversation, StringComparison.Ordinal) || died.Length > 0)
            {
                return;
            }

            if (save.HasEffect)
            {
                journal.UnionWith(save.Journal());
            }

            if (save.HasEffect == killsAfter && seen++ == write)
            {
                Deaths++;
                died = $"Killed {(killsAfter ? "after" : "before")} write {write}, to {save.Key.Split('/')[2]}";
                lost = killsAfter ? [] : [.. save.Journal().Except(journal, StringComparer.Ordinal)];
                Repetitions += lost.Length;
                await nodes.KillAsync(save.Process);
            }
        };

        await OrderTalk.HaveAsync(talk);
        await OrderTalk.AssertAsync(talk, outside, died, repeated: lost);
    }
}
