using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.Verify;

public sealed class FaultScheduleTests
{
    private static readonly FaultKind[] All = [FaultKind.Kill, FaultKind.Pause, FaultKind.StoreLock, FaultKind.StoreCut, FaultKind.StoreSlow, FaultKind.StoreLostAnswers];
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

    [Fact]
    public void Store_that_every_node_reaches_by_itself_is_taken_from_one_or_from_all()
    {
        FaultKind[] kinds = [FaultKind.StoreCut, FaultKind.StoreSlow, FaultKind.StoreLostAnswers];
        var faults = FaultSchedule.Draw(5, TimeSpan.FromMinutes(10), kinds, Regions, 2, isNetworked: true);

        Assert.All(kinds, kind => Assert.Contains(faults, fault => fault.Kind == kind && fault.Target == PlannedFault.Store));
        Assert.All(kinds, kind => Assert.Contains(faults, fault => fault.Kind == kind && fault.Target == "a-1"));
    }

    [Fact]
    public void Store_in_one_file_is_taken_from_all_and_its_answers_from_one()
    {
        foreach (var fault in FaultSchedule.Draw(5, TimeSpan.FromMinutes(10), All, Regions, 2))
        {
            var isOfAll = fault.Kind is FaultKind.StoreLock or FaultKind.StoreCut or FaultKind.StoreSlow;
            Assert.True(isOfAll == (fault.Target == PlannedFault.Store), fault.ToString());
        }
    }

    [Fact]
    public void Kill_between_two_writes_is_aimed_at_the_region_that_does_the_work()
    {
        var aimed = Draw(1, 60).Where(fault => fault.MidWrite).ToArray();

        Assert.NotEmpty(aimed);
        Assert.All(aimed, fault => Assert.StartsWith("a-", fault.Target, StringComparison.Ordinal));
    }

    private static IReadOnlyList<PlannedFault> Draw(int seed, double minutes) => FaultSchedule.Draw(seed, TimeSpan.FromMinutes(minutes), All, Regions, 2);
}
