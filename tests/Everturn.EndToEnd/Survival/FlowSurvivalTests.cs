namespace Everturn.EndToEnd.Survival;

/// <summary>Dialogs on real node processes, which are killed (SIGKILL) at each moment that a conversation has.</summary>
public sealed class FlowSurvivalTests(SurvivalCluster.Direct cluster, ITestOutputHelper output) : IClassFixture<SurvivalCluster.Direct>
{
    private readonly OutsideService _outside = cluster.Outside;
    private readonly BotNodes _nodes = cluster.Nodes;

    [Fact]
    public async Task Node_killed_at_any_write_leaves_a_flow_that_asks_once_and_repeats_only_the_call_whose_result_it_had_not_written()
    {
        var deaths = new WriteDeaths(_outside, _nodes);

        output.WriteLine(await deaths.RunAsync(every: 1));

        Assert.True(deaths.Deaths >= OrderTalk.Messages.Count * 2, $"Only {deaths.Deaths} nodes were killed.");
    }

    [Fact]
    public async Task Node_killed_at_each_question_that_is_shown_leaves_the_answer_to_another()
    {
        _outside.Saves = _ => Task.CompletedTask;
        using var talk = await Talk.StartAsync(_nodes, (await _nodes.ReadyAsync(2))[0]);
        var killed = new List<string>();
        foreach (var (text, words) in OrderTalk.Messages)
        {
            await talk.SayAsync(text, words);
            killed.Add(await KillSpeakerAsync(talk));
        }

        await talk.WaitForAsync(OrderTalk.AllWords);

        await OrderTalk.AssertAsync(talk, _outside, $"Killed {string.Join(' ', killed)}");
    }

    [Fact]
    public async Task Node_killed_in_the_midst_of_a_call_has_it_made_again_by_another_under_the_same_key()
    {
        _outside.Saves = _ => Task.CompletedTask;
        using var talk = await Talk.StartAsync(_nodes, (await _nodes.ReadyAsync(2))[0]);
        var killed = new HashSet<string>(StringComparer.Ordinal);
        _outside.Called = async call =>
        {
            // The service has done what it was called for, and the node never hears of it.
            if (call.Conversation == talk.Conversation && killed.Add(call.Step))
            {
                await _nodes.KillAsync(call.Process);
            }
        };

        await OrderTalk.HaveAsync(talk);

        await OrderTalk.AssertAsync(talk, _outside, "Killed in both calls", repeated: ["charge", "bake"]);
        Assert.Equal(4, _outside.CallsOf(talk.Conversation).Select(call => (call.Step, call.Process)).Distinct().Count());
    }

    [Fact]
    public async Task Node_killed_between_the_journal_and_the_commit_of_its_turn_has_no_call_repeated()
    {
        using var talk = await Talk.StartAsync(_nodes, (await _nodes.ReadyAsync(2))[0]);
        var (isJournaled, killed) = (false, 0);
        _outside.Saves = async save =>
        {
            if (save.Key.Contains(talk.Conversation, StringComparison.Ordinal) && killed == 0)
            {
                if (isJournaled && !save.HasEffect)
                {
                    killed++;
                    await _nodes.KillAsync(save.Process);
                }

                isJournaled |= save.HasEffect && save.Journal().Contains("bake", StringComparer.Ordinal);
            }
        };

        await OrderTalk.HaveAsync(talk);

        Assert.Equal(1, killed);
        await OrderTalk.AssertAsync(talk, _outside, "Killed before the commit");
    }

    [Fact]
    public async Task Node_killed_at_a_question_of_a_waterfall_leaves_the_answer_to_another()
    {
        _outside.Saves = _ => Task.CompletedTask;
        using var talk = await Talk.StartAsync(_nodes, (await _nodes.ReadyAsync(2))[0]);
        await talk.SayAsync("sign up", 1);
        await talk.SayAsync("Ada", 2);
        var killed = await KillSpeakerAsync(talk);
        await talk.SayAsync("36", 3);

        Assert.Equal(["What is your name?", "How old are you?", "Hello Ada, 36."], await talk.WordsAsync());
        Assert.NotEqual(killed, await talk.SpeakerAsync());
    }

    private async Task<string> KillSpeakerAsync(Talk talk)
    {
        var speaker = await talk.SpeakerAsync();
        await _nodes.KillAsync(speaker);
        await _nodes.ReadyAsync(1);
        return speaker;
    }
}
