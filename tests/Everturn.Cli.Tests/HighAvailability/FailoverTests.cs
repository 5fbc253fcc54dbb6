using Everturn.Cli.Admin;
using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>What becomes of conversations when the database's primary is lost, with everything around it or alone.</summary>
[Collection(nameof(FailoverTests))]
[CollectionDefinition(nameof(FailoverTests), DisableParallelization = true)]
public sealed class FailoverTests(RegionsUnderTest regions, ITestOutputHelper output) : IClassFixture<RegionsUnderTest>
{
    [Fact]
    public async Task Region_of_the_primary_killed_under_load_loses_and_doubles_nothing()
    {
        Assert.SkipWhen(Servers.WhyNot is not null, Servers.WhyNot ?? "");
        output.WriteLine(PatroniSettings.Text);
        await using var run = new FailoverRun(regions, output);
        await run.GoOnAsync();
        var primary = await regions.Database.PrimaryAsync();
        var nodes = regions.NodesOf(primary);

        run.Tell($"kill -9 of all of {primary}");
        var at = DateTimeOffset.UtcNow;
        await Task.WhenAll(regions.Database.Member(primary).KillAsync(), regions.Nodes.ApplyAsync(new FaultRequest("kill-region", primary)));
        run.Tell($"{await regions.Database.PrimaryAsync(except: primary)} has the primary");
        await run.GoOnAsync();

        run.Tell($"starting {primary} again");
        await regions.Nodes.ApplyAsync(new FaultRequest("start-region", primary));
        await regions.Database.HealAsync();
        await regions.UntilRoutedAsync();
        run.Note(FaultKind.KillRegion, primary, at, nodes);
        run.Tell("all three regions are whole");
        await run.GoOnAsync();
        await run.JudgeAsync();
    }
}
