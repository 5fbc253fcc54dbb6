using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.Verify;

public sealed class FaultScheduleTests
{
    private static readonly FaultKind[] All = [FaultKind.Kill, FaultKind.Pause, FaultKind.StoreLock];
    private static readonly string[] Regions = ["a", "b"];

    [Fact]
    public void Schedule_is_a_function_of_its_seed()
    {
        Assert.Equal(Draw(1, 10), Draw(1, 10));
        Assert.NotEqual(Draw(1, 10), Draw(2, 10));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.34)]
    [InlineData(2)]
    public void Schedule_has_every_kind_that_was_asked_for_however_short_it_is(double minutes)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            Assert.Empty(All.Except(Draw(seed, minutes).Select(fault => fault.Kind)));
        }
    }

    [Fact]
    public void Ten_minutes_hold_more_than_a_hundred_faults()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            Assert.True(Draw(seed, 10).Count > 100, $"seed {seed}");
        }
    }

    [Fact]
    public void One_region_is_never_killed_as_a_whole() =>
        Assert.DoesNotContain(FaultSchedule.Draw(3, TimeSpan.FromMinutes(10), All, ["a"], 2), fault => fault.Kind == FaultKind.KillRegion);

    private static IReadOnlyList<PlannedFault> Draw(int seed, double minutes) => FaultSchedule.Draw(seed, TimeSpan.FromMinutes(minutes), All, Regions, 2);
}
