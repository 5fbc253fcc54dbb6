using System.Diagnostics;
using static Microsoft.Playwright.Assertions;

namespace Everturn.EndToEnd;

public sealed class WebPageTests
{
    private static readonly TimeSpan TakeoverWithin = TimeSpan.FromSeconds(2);

    [Fact(Timeout = 600_000)]
    public async Task Conversation_goes_on_at_another_node_when_the_answering_one_is_killed_from_the_page()
    {
        await using var browser = await Browser.LaunchAsync();
        await using var cluster = await Cluster.StartAsync();
        var page = await WebPage.OpenAsync(browser, cluster.Url);
        await Expect(page.Nodes("ready")).ToHaveCountAsync(4);

        await page.SayAsync("mushroom");
        await page.SayAsync("cheese");

        await Expect(page.Message("pizza with mushroom and cheese")).ToBeVisibleAsync();
        await Expect(page.Message("pizza with mushroom")).ToBeVisibleAsync();
        await Expect(page.Answers).ToHaveCountAsync(2);
        await Expect(page.Answers.First).ToContainTextAsync("pizza with mushroom and cheese");
        var (killed, revision) = await page.LastAnswerAsync();

        await page.Button($"Kill {killed}").ClickAsync();
        await Expect(page.Node(killed)).ToHaveAttributeAsync("data-state", "dead");
        await page.SendBox.PressSequentiallyAsync("ham");
        var sinceEnter = Stopwatch.StartNew();
        await page.SendBox.PressAsync("Enter");
        await Expect(page.Message("pizza with mushroom and cheese and ham")).ToBeVisibleAsync();
        var took = sinceEnter.Elapsed;

        await Expect(page.Answers).ToHaveCountAsync(3);
        var (successor, nextRevision) = await page.LastAnswerAsync();
        TestContext.Current.TestOutputHelper?.WriteLine($"{successor} answered for {killed} after {took.TotalMilliseconds:F0} ms");
        Assert.NotEqual(killed, successor, StringComparer.Ordinal);
        Assert.Equal(revision + 1, nextRevision);
        Assert.True(took < TakeoverWithin, $"{successor} answered {took} after Enter; the limit is {TakeoverWithin}.\n{cluster.Output}");
        Assert.Equal("dead", (await cluster.StatusAsync()).Node(killed).State);
        Assert.Empty(page.Errors);
        Assert.Empty(page.ForeignRequests);
    }

    [Fact(Timeout = 600_000)]
    public async Task Message_that_the_bot_updates_changes_where_it_stands_and_is_gone_without_a_trace_when_it_is_deleted()
    {
        await using var browser = await Browser.LaunchAsync();
        await using var cluster = await Cluster.StartAsync(new() { Bot = Path.Combine(Cluster.RepositoryRoot(), "samples", "PollBot"), Arguments = ["--nodes", "1"] });
        var page = await WebPage.OpenAsync(browser, cluster.Url);
        await Expect(page.Nodes("ready")).ToHaveCountAsync(2);

        await page.SayAsync("Pizza?");
        await Expect(page.Message("Pizza? 0 yes, 0 no")).ToBeVisibleAsync();
        await page.SayAsync("yes");
        await Expect(page.Message("Pizza? 1 yes, 0 no")).ToBeVisibleAsync();
        await Expect(page.Messages).ToHaveTextAsync(["Pizza?", "Pizza? 1 yes, 0 no", "yes"]);

        await page.SayAsync("close");
        await Expect(page.Message("Pizza? Yes.")).ToBeVisibleAsync();
        await Expect(page.Messages).ToHaveTextAsync(["Pizza?", "yes", "close", "Pizza? Yes."]);
        Assert.Empty(page.Errors);
        Assert.DoesNotContain(page.Complaints, complaint => complaint.Contains("renderer", StringComparison.Ordinal));
    }

    [Fact(Timeout = 600_000)]
    public async Task Console_follows_faults_made_elsewhere_and_heals_them_and_says_when_the_gateway_is_gone()
    {
        await using var browser = await Browser.LaunchAsync();
        await using var cluster = await Cluster.StartAsync();
        var page = await WebPage.OpenAsync(browser, cluster.Url);
        await Expect(page.Nodes("ready")).ToHaveCountAsync(4);

        await cluster.FaultAsync("kill-region", "koreacentral");
        await Expect(page.Nodes("dead")).ToHaveCountAsync(2);
        await page.SayAsync("olives");
        await Expect(page.Message("pizza with olives")).ToBeVisibleAsync();
        Assert.StartsWith("southeastasia-", (await page.LastAnswerAsync()).Node, StringComparison.Ordinal);

        await page.Button("Heal all nodes").ClickAsync();
        await Expect(page.Nodes("ready")).ToHaveCountAsync(4, new() { Timeout = 30_000 });

        await cluster.StopAsync();
        await Expect(page.Notice("gateway")).ToContainTextAsync("does not answer");
        Assert.Empty(page.Errors);
    }
}
