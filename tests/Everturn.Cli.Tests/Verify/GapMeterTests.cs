using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.Verify;

public sealed class GapMeterTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Reply_that_another_node_delivers_after_the_kill_was_owed()
    {
        var meter = Meter(Reply(seenAfter: 0.2, "a-1", isRedelivered: true));

        Assert.Equal([TimeSpan.FromSeconds(0.2)], meter.OwedGaps());
        Assert.Equal([TimeSpan.FromSeconds(0.2)], meter.Redeliveries());
        Assert.Equal([TimeSpan.FromSeconds(1.2)], meter.Waits());
    }

    [Fact]
    public void Reply_that_was_under_way_when_its_node_died_was_not_owed()
    {
        var meter = Meter(Reply(seenAfter: 0.01, "a-1", isRedelivered: false));

        Assert.Empty(meter.OwedGaps());
        Assert.Empty(meter.Redeliveries());
    }

    [Fact]
    public void Reply_that_the_node_delivers_itself_after_it_was_started_again_was_owed() =>
        Assert.Equal([TimeSpan.FromSeconds(3)], Meter(Reply(seenAfter: 3, "a-1", isRedelivered: false)).Redeliveries());

    [Fact]
    public void Message_that_another_node_answers_was_waited_for_and_not_owed()
    {
        var meter = Meter(
            new("r0", IsEcho: false, "pizza with t0", "e0", "a-1", IsRedelivered: false, Noon.AddSeconds(-5)), Reply(seenAfter: 0.4, "a-2", isRedelivered: false));

        Assert.Empty(meter.OwedGaps());
        Assert.Equal([TimeSpan.FromSeconds(0.4)], meter.WaitingGaps());
    }

    [Fact]
    public void Durations_name_the_middle_and_the_longest() =>
        Assert.Equal(new Durations(3, 2, 9), Durations.Of([TimeSpan.FromSeconds(9), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]));

    // One message, posted a second before node a-1 was killed.
    private static GapMeter Meter(params RecordedActivity[] live) => new(
        [new("c", [new("t1", Noon.AddSeconds(-1), Noon.AddSeconds(-0.9), ["e1"], 1, null)], live, live)],
        [new(FaultKind.Kill, "a-1", Noon, ["a-1"], TookEffect: true)]);

    private static RecordedActivity Reply(double seenAfter, string node, bool isRedelivered) =>
        new("r1", IsEcho: false, "pizza with t1", "e1", node, isRedelivered, Noon.AddSeconds(seenAfter));
}
