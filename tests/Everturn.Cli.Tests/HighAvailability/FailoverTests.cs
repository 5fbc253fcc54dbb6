using Everturn.Cli.Admin;
using Everturn.Cli.Tests.Running;
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
        await regions.HealAsync();
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
        await regions.HealAsync();
        run.Note(FaultKind.KillRegion, primary, at, nodes);
        run.Tell("all three regions are whole");
        await run.GoOnAsync();
        await run.JudgeAsync();
        Assert.All(
            regions.Nodes.Nodes.Where(node => node.Region != primary),
            node => Assert.True(run.TurnedRedAndGreen(node.Name, at), $"{node.Name} was ready without a primary, or is unready"));
    }

    // On one machine a killed process resets its connections. A region that falls silent does not, and comes back as it was,
    // with a server that still takes itself for the primary.
    [Fact]
    public async Task Region_of_the_primary_that_falls_silent_and_comes_back_loses_and_doubles_nothing()
    {
        Assert.SkipWhen(Servers.WhyNot is not null, Servers.WhyNot ?? "");
        await regions.HealAsync();
        await using var run = new FailoverRun(regions, output);
        await run.GoOnAsync();
        var primary = await regions.Database.PrimaryAsync();
        var nodes = regions.NodesOf(primary);
        var member = regions.Database.Member(primary);

        run.Tell($"all of {primary} stands still");
        var at = DateTimeOffset.UtcNow;
        try
        {
            member.Pause();
            await EachAsync(nodes, "pause");
            run.Tell($"{await regions.Database.PrimaryAsync(except: primary)} has the primary");
            await run.GoOnAsync();
        }
        finally
        {
            await EachAsync(nodes, "resume");
            member.Resume();
        }

        run.Tell($"{primary} goes on");
        await regions.HealAsync();
        run.Note(FaultKind.Pause, primary, at, nodes);
        run.Tell("all three regions are whole");
        await run.GoOnAsync();
        await run.JudgeAsync();
    }

    [Fact]
    public async Task Primary_whose_server_alone_is_killed_loses_and_doubles_nothing()
    {
        Assert.SkipWhen(Servers.WhyNot is not null, Servers.WhyNot ?? "");
        await regions.HealAsync();
        await using var run = new FailoverRun(regions, output);
        await run.GoOnAsync();
        var primary = await regions.Database.PrimaryAsync();

        run.Tell($"kill -9 of PostgreSQL in {primary}");
        var at = DateTimeOffset.UtcNow;
        regions.Database.Member(primary).KillPostgres();
        await run.GoOnAsync();
        await regions.HealAsync();
        run.Note(FaultKind.StoreCut, primary, at, []);
        run.Tell($"{await regions.Database.PrimaryAsync()} has the primary");
        await run.GoOnAsync();
        await run.JudgeAsync();
    }

    [Fact]
    public async Task Primary_without_standbys_acknowledges_nothing_until_one_is_back()
    {
        Assert.SkipWhen(Servers.WhyNot is not null, Servers.WhyNot ?? "");
        await regions.HealAsync();
        await using var run = new FailoverRun(regions, output);
        await run.GoOnAsync();
        var primary = await regions.Database.PrimaryAsync();
        var standbys = regions.Database.Members.Where(member => member.Region != primary).ToArray();

        run.Tell("kill -9 of both standbys");
        var at = DateTimeOffset.UtcNow;
        await Task.WhenAll(standbys.Select(standby => standby.KillDatabaseAsync()));
        await run.StandStillAsync();
        // Loads do not wait for standbys.
        await Eventually.IsTrueAsync(() => run.AllAreReady, TimeSpan.FromSeconds(10), () => "nodes are unready while only writes wait");
        run.Tell("nothing is answered any more, and all nodes are ready");
        Assert.Equal(primary, await regions.Database.PrimaryAsync());

        await regions.HealAsync();
        run.Note(FaultKind.StoreCut, "standbys", at, []);
        run.Tell("all three servers are there");
        await run.GoOnAsync();
        await run.JudgeAsync();
    }

    private async Task EachAsync(string[] nodes, string action)
    {
        foreach (var node in nodes)
        {
            Assert.Null(await regions.Nodes.ApplyAsync(new FaultRequest(action, node)));
        }
    }
}
