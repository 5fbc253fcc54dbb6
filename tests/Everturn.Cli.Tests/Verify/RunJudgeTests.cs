using System.Globalization;
using Everturn.Cli.Verify;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Tests.Verify;

/// <summary>The judge is worth what it catches: each broken history must be found out, and a sound one acquitted.</summary>
public sealed class RunJudgeTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sound_run_has_no_violation() => Assert.Empty(Judge(Sound()));

    [Fact]
    public void Sound_run_whose_messages_were_committed_in_another_order_than_posted_has_no_violation() =>
        Assert.Empty(Judge([Echo(2), Echo(1), Reply(2, "t2"), Reply(1, "t2", "t1"), Echo(3), Reply(3, "t2", "t1", "t3")]));

    [Fact]
    public void Message_that_was_not_accepted_and_is_not_shown_is_no_loss() =>
        Assert.Empty(RunJudge.Judge(Run(Sound(), [.. Posts(), new("t4", Noon, null, [], 1, null)])));

    [Fact]
    public void Lost_topping_is_caught() =>
        AssertCaught("I2", "not the order before it", Judge([Echo(1), Reply(1, "t1"), Echo(2), Reply(2, "t2"), Echo(3), Reply(3, "t2", "t3")]));

    [Fact]
    public void Lost_topping_of_the_last_reply_is_caught() =>
        AssertCaught("I2", "not the order before it", Judge([Echo(1), Reply(1, "t1"), Echo(2), Reply(2, "t1", "t2"), Echo(3), Reply(3, "t1", "t3")]));

    [Fact]
    public void Topping_that_counts_twice_is_caught() =>
        AssertCaught("I1", "took effect 2 times", Judge([Echo(1), Reply(1, "t1"), Echo(2), Reply(2, "t1", "t2", "t2"), Echo(3), Reply(3, "t1", "t2", "t2", "t3")]));

    [Fact]
    public void Reply_shown_twice_is_caught() =>
        AssertCaught("I4", "and again by", Judge([.. Sound(), Reply(3, "t1", "t2", "t3") with { Id = "r3-again" }]));

    [Fact]
    public void Activity_with_the_id_of_another_is_caught() =>
        AssertCaught("I4", "is shown 2 times", Judge([.. Sound(), Sound()[^1]]));

    [Fact]
    public void Reply_that_never_came_is_caught() =>
        AssertCaught("I4", "never answered", Judge(Sound()[..^1]));

    [Fact]
    public void Accepted_message_that_is_nowhere_is_caught() =>
        AssertCaught("I1", "is not shown", Judge(Sound()[..^2]));

    [Fact]
    public void Message_shown_twice_is_caught() =>
        AssertCaught("I1", "is shown 2 times", Judge([.. Sound(), Echo(3) with { Id = "e3-again" }, Reply(3, "t1", "t2", "t3", "t3") with { ReplyToId = "e3-again", Id = "r4" }]));

    [Fact]
    public void Repeated_post_that_got_an_id_of_its_own_is_caught() =>
        AssertCaught("I1", "is shown as e2", RunJudge.Judge(Run(Sound(), [Post(1), Post(2) with { Ids = ["e2", "e9"], Attempts = 2 }, Post(3)])));

    [Fact]
    public void Replies_in_the_wrong_order_are_caught() =>
        AssertCaught("I5", "not the order before it", Judge([Echo(1), Reply(1, "t1"), Echo(2), Echo(3), Reply(3, "t1", "t2", "t3"), Reply(2, "t1", "t2")]));

    [Fact]
    public void Reply_before_its_message_is_caught() =>
        AssertCaught("I5", "comes before the message", Judge([Reply(1, "t1"), Echo(1), Echo(2), Reply(2, "t1", "t2"), Echo(3), Reply(3, "t1", "t2", "t3")]));

    [Fact]
    public void Reply_to_nothing_is_caught() =>
        AssertCaught("I3", "answers nothing", Judge([.. Sound(), Reply(4, "t1", "t2", "t3", "t4")]));

    [Fact]
    public void Reply_that_adds_the_topping_of_another_message_is_caught() =>
        AssertCaught("I2", "adds 't3'", Judge([Echo(1), Reply(1, "t1"), Echo(2), Echo(3), Reply(2, "t1", "t3"), Reply(3, "t1", "t3", "t2")]));

    [Fact]
    public void Reply_that_is_no_order_is_caught() =>
        AssertCaught("I2", "is no order", Judge([.. Sound()[..^1], Reply(3) with { Text = "sorry" }]));

    [Fact]
    public void Message_that_nobody_posted_is_caught() =>
        AssertCaught("I1", "never posted", Judge([.. Sound(), Echo(4), Reply(4, "t1", "t2", "t3", "t4")]));

    [Fact]
    public void Message_that_was_given_up_is_caught() =>
        AssertCaught("quiescence", "given up", RunJudge.Judge(Run(Sound(), [.. Posts(), new("t4", Noon, null, [], 9, "ET6017: no")])));

    [Fact]
    public void Transcript_that_cannot_be_read_is_caught()
    {
        var run = Run(Sound(), Posts());
        AssertCaught("quiescence", "could not be read", RunJudge.Judge(run with { Conversations = [run.Conversations[0] with { Transcript = null }] }));
    }

    [Fact]
    public void Word_shown_to_the_client_and_taken_back_is_caught() =>
        AssertCaught("I3", "which the transcript does not have", JudgeLive([.. Sound(), Reply(3, "t1", "t3") with { Id = "r9" }]));

    [Fact]
    public void Word_shown_to_the_client_that_was_changed_later_is_caught() =>
        AssertCaught("I3", "which the transcript does not have", JudgeLive([.. Sound()[..^1], Sound()[^1] with { Text = "pizza with t3" }]));

    [Fact]
    public void Stream_out_of_order_is_caught() =>
        AssertCaught("I5", "follows it in the transcript", JudgeLive([.. Sound()[2..], .. Sound()[..2]]));

    [Fact]
    public void Reply_that_only_the_transcript_has_is_caught() =>
        AssertCaught("I4", "never came over the client's stream", JudgeLive(Sound()[..^1]));

    [Fact]
    public void Run_with_few_messages_is_vacuous() =>
        AssertCaught("vacuity", "needs 4", RunJudge.Judge(Run(Sound(), Posts()) with { LeastMessages = 4 }));

    [Fact]
    public void Run_without_a_kind_of_fault_that_was_asked_for_is_vacuous() =>
        AssertCaught("vacuity", "pause", RunJudge.Judge(Run(Sound(), Posts()) with { FaultsAsked = [FaultKind.Kill, FaultKind.Pause] }));

    [Fact]
    public void Run_whose_faults_hurt_nobody_is_vacuous() =>
        AssertCaught("vacuity", "kill", RunJudge.Judge(Run(Sound(), Posts()) with { Faults = [new(FaultKind.Kill, "a-1", Noon, Noon, [], TookEffect: false)] }));

    [Fact]
    public void Run_without_a_repetition_is_vacuous() =>
        AssertCaught("vacuity", "more than once", RunJudge.Judge(Run(Sound(), [Post(1), Post(2) with { Attempts = 1 }, Post(3)])));

    private static void AssertCaught(string invariant, string evidence, IReadOnlyList<Violation> violations) =>
        Assert.Contains(violations, found => found.Invariant == invariant && found.Evidence.Contains(evidence, StringComparison.Ordinal));

    private static IReadOnlyList<Violation> Judge(RecordedActivity[] transcript) => RunJudge.Judge(Run(transcript, Posts()));

    private static IReadOnlyList<Violation> JudgeLive(RecordedActivity[] live)
    {
        var run = Run(Sound(), Posts());
        return RunJudge.Judge(run with { Conversations = [run.Conversations[0] with { Live = live }] });
    }

    private static RecordedRun Run(RecordedActivity[] transcript, RecordedPost[] posts) => new(
        [new("c", posts, transcript, transcript)], [new(FaultKind.KillRegion, "a", Noon, Noon.AddSeconds(4), ["a-1"], TookEffect: true)], [FaultKind.Kill], LeastMessages: 3,
        ["a-1", "b-1"], TimeSpan.FromMinutes(1), new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)));

    private static RecordedActivity[] Sound() => [Echo(1), Reply(1, "t1"), Echo(2), Reply(2, "t1", "t2"), Echo(3), Reply(3, "t1", "t2", "t3")];

    private static RecordedPost[] Posts() => [Post(1), Post(2) with { Attempts = 2 }, Post(3)];

    private static RecordedPost Post(int number) => new(Name("t", number), Noon, Noon, [Name("e", number)], Attempts: 1, Failure: null);

    private static RecordedActivity Echo(int number) =>
        new(Name("e", number), IsEcho: true, Name("t", number), ReplyToId: null, Node: null, IsRedelivered: false, Noon);

    private static RecordedActivity Reply(int number, params string[] toppings) =>
        new(Name("r", number), IsEcho: false, "pizza with " + string.Join(" and ", toppings), Name("e", number), "a-1", IsRedelivered: false, Noon);

    private static string Name(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");
}
