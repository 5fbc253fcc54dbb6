using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.Verify;

public sealed class GapMeterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly InjectedFault Kill = new(FaultKind.Kill, "a-1", Noon, Noon.AddSeconds(4), ["a-1"], TookEffect: true);

    [Fact]
    public void Reply_that_another_node_delivers_after_the_kill_was_owed()
    {
        var run = Run(Reply(seenAfter: 0.2, "a-1", isRedelivered: true));

        Assert.Equal([TimeSpan.FromSeconds(0.2)], new GapMeter(run).OwedGaps().Select(gap => gap.Time));
        Assert.Equal([TimeSpan.FromSeconds(0.2)], new GapMeter(run).Redeliveries().Select(gap => gap.Time));
        Assert.Equal([TimeSpan.FromSeconds(1.2)], new GapMeter(run).Waits());
        Assert.Empty(GapJudge.Judge(run));
    }

    [Fact]
    public void Reply_that_was_under_way_when_its_node_died_was_not_owed()
    {
        var meter = new GapMeter(Run(Reply(seenAfter: 0.01, "a-1", isRedelivered: false)));

        Assert.Empty(meter.OwedGaps());
        Assert.Empty(meter.Redeliveries());
    }

    [Fact]
    public void Reply_that_the_node_delivers_itself_after_it_was_started_again_was_owed() =>
        Assert.Equal(TimeSpan.FromSeconds(5), Assert.Single(new GapMeter(Run(Reply(seenAfter: 5, "a-1", isRedelivered: false))).Redeliveries()).Time);

    [Fact]
    public void Reply_to_what_the_node_may_have_committed_only_after_it_was_started_again_was_not_owed()
    {
        var run = Run(Reply(seenAfter: 5, "a-1", isRedelivered: true));
        var late = run.Conversations[0] with { Posts = [run.Conversations[0].Posts[0] with { Answered = Noon.AddSeconds(4.9) }] };

        Assert.Empty(new GapMeter(run with { Conversations = [late] }).OwedGaps());
    }

    [Fact]
    public void Message_that_another_node_answers_was_waited_for_and_not_owed()
    {
        var meter = new GapMeter(Run(
            new("r0", IsEcho: false, "pizza with t0", "e0", "a-1", IsRedelivered: false, Noon.AddSeconds(-5)), Reply(seenAfter: 0.4, "a-2", isRedelivered: false)));

        Assert.Empty(meter.OwedGaps());
        Assert.Equal([TimeSpan.FromSeconds(0.4)], meter.WaitingGaps());
    }

    [Theory]
    [InlineData(2.5, "c: the first reply that a-1 owed when it was killed at 12:00:00.000 came after 2.500 s; the limit is 2 s (--gap-limit)")]
    [InlineData(40, "c: a reply that a-1 owed when it was killed at 12:00:00.000 came after 40.000 s; the limit is 5 s (--redelivery-limit)")]
    public void Reply_that_comes_later_than_the_limit_is_a_violation(double seenAfter, string found) =>
        Assert.Contains(GapJudge.Judge(Run(Reply(seenAfter, "a-1", isRedelivered: true))), violation => violation.ToString().EndsWith(found, StringComparison.Ordinal));

    [Fact]
    public void Limits_are_those_of_the_run() =>
        Assert.Empty(GapJudge.Judge(Run(Reply(2.5, "a-1", isRedelivered: true)) with { Limits = new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(3)) }));

    [Theory]
    [InlineData("store-cut", -1, 0.1, true, "store-cut")]
    [InlineData("store-cut", 2, 3, true, "store-cut")]
    [InlineData("store-cut", -3, -1, true, "store-cut")]
    [InlineData("store-cut", -9, -3, true, null)]
    [InlineData("store-cut", 3, 4, true, null)]
    [InlineData("pause", -1, 4, true, "pause")]
    [InlineData("pause", -1, 4, false, null)]
    public void Gap_under_a_fault_of_the_store_is_not_judged(string kind, double begins, double ends, bool heldStoreUp, string? excuse)
    {
        var run = Run(Reply(seenAfter: 2.5, "a-1", isRedelivered: true));
        var other = new InjectedFault(Assert.Single(FaultKinds.ParseList(kind)), "a-2", Noon.AddSeconds(begins), Noon.AddSeconds(ends), ["a-2"], TookEffect: true) { HeldStoreUp = heldStoreUp };
        run = run with { Faults = [Kill, other] };

        Assert.Equal(excuse, Assert.Single(new GapMeter(run).OwedGaps()).Excuse?.Split(' ')[0]);
        Assert.Equal(excuse is null, GapJudge.Judge(run).Any());
    }

    [Fact]
    public void Gap_in_which_no_node_was_left_is_not_judged()
    {
        var run = Run(Reply(seenAfter: 2.5, "a-1", isRedelivered: true)) with { Nodes = ["a-1", "b-1", "b-2"] };
        var killed = new InjectedFault(FaultKind.Kill, "b-1", Noon.AddSeconds(1), Noon.AddSeconds(3), ["b-1"], TookEffect: true);
        var paused = new InjectedFault(FaultKind.Pause, "b-2", Noon.AddSeconds(-1), Noon.AddSeconds(2), ["b-2"], TookEffect: true);

        Assert.All(new GapMeter(run with { Faults = [Kill, killed, paused] }).OwedGaps(), gap => Assert.Equal(gap.Target == "a-1" ? "no node was left" : null, gap.Excuse));
        Assert.All(new GapMeter(run with { Faults = [Kill, killed, paused with { Until = Noon.AddSeconds(0.9) }] }).OwedGaps(), gap => Assert.Null(gap.Excuse));
    }

    [Fact]
    public void Run_of_two_minutes_whose_kills_met_no_node_that_owed_is_vacuous()
    {
        var run = Run(Reply(seenAfter: 0.01, "a-1", isRedelivered: false)) with { Length = TimeSpan.FromMinutes(2) };

        Assert.Equal("vacuity", Assert.Single(GapJudge.Judge(run)).Invariant);
        Assert.Empty(GapJudge.Judge(run with { Length = TimeSpan.FromMinutes(1.9) }));
        Assert.Empty(GapJudge.Judge(run with { FaultsAsked = [FaultKind.Pause] }));
        Assert.Empty(GapJudge.Judge(Run(Reply(seenAfter: 0.2, "a-1", isRedelivered: true)) with { Length = TimeSpan.FromMinutes(2) }));
    }

    [Fact]
    public void Durations_name_the_middle_and_the_longest() =>
        Assert.Equal(new Durations(3, 2, 9), Durations.Of([TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]));

    // One message, posted a second before node a-1 was killed.
    private static RecordedRun Run(params RecordedActivity[] live) => new(
        [new("c", [new("t1", Noon.AddSeconds(-1), Noon.AddSeconds(-0.9), ["e1"], 1, null)], live, live)],
        [Kill], [FaultKind.Kill], LeastMessages: 1, ["a-1", "a-2", "b-1"], TimeSpan.FromMinutes(1), new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(5)));

    private static RecordedActivity Reply(double seenAfter, string node, bool isRedelivered) =>
        new("r1", IsEcho: false, "pizza with t1", "e1", node, isRedelivered, Noon.AddSeconds(seenAfter));
}
