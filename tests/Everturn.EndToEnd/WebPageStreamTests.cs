using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Everturn.EndToEnd;

/// <summary>What Web Chat makes of messages that are shown while they come into being.</summary>
public sealed class WebPageStreamTests
{
    private static readonly ClusterOptions Options = new() { Bot = Path.Combine(Cluster.RepositoryRoot(), "tests", "bots", "StreamingBot") };

    private static readonly LocatorAssertionsToHaveCountOptions Long = new() { Timeout = 60_000 };

    [Fact(Timeout = 600_000)]
    public async Task Streamed_reply_grows_in_one_bubble_and_stays_there()
    {
        await using var browser = await Browser.LaunchAsync();
        await using var cluster = await Cluster.StartAsync(Options);
        var page = await WebPage.OpenAsync(browser, cluster.Url);
        await Expect(page.Nodes("ready")).ToHaveCountAsync(4);

        await page.SayAsync("30");
        await Expect(page.Bubbles("counts 1 2")).ToHaveCountAsync(1);
        await Expect(page.Answers).ToHaveCountAsync(0);
        await Expect(page.Bubbles("counts 1 2 3 4")).ToHaveCountAsync(1);
        await Expect(page.Bubbles("29 30")).ToHaveCountAsync(1, Long);
        await Expect(page.Answers).ToHaveCountAsync(1);
        await Expect(page.Bubbles("counts")).ToHaveCountAsync(1);

        await page.SayAsync("3");
        await Expect(page.Answers).ToHaveCountAsync(2);
        await Expect(page.Bubbles("counts")).ToHaveCountAsync(2);
        await Expect(page.Bubbles("counts").Last).ToHaveTextAsync($"{(await page.LastAnswerAsync()).Node} counts 1 2 3");

        await page.SayAsync("forget");
        await Expect(page.Message("never mind")).ToBeVisibleAsync();
        await Expect(page.Bubbles("counts")).ToHaveCountAsync(2);
        Assert.Empty(page.Errors);
    }

    [Fact(Timeout = 600_000)]
    public async Task Half_a_reply_of_a_node_that_is_killed_gives_way_to_the_whole_one_of_its_successor()
    {
        await using var browser = await Browser.LaunchAsync();
        await using var cluster = await Cluster.StartAsync(Options);
        var page = await WebPage.OpenAsync(browser, cluster.Url);
        await Expect(page.Nodes("ready")).ToHaveCountAsync(4);

        await page.SayAsync("20");
        await Expect(page.Bubbles("counts 1 2 3")).ToHaveCountAsync(1);
        var killed = (await page.Bubbles("counts").InnerTextAsync()).Split(' ')[0];
        await page.Button($"Kill {killed}").ClickAsync();
        await Expect(page.Answers).ToHaveCountAsync(1, Long);

        var (successor, revision) = await page.LastAnswerAsync();
        Assert.NotEqual(killed, successor, StringComparer.Ordinal);
        Assert.Equal(2, revision);
        await Expect(page.Bubbles("counts")).ToHaveCountAsync(1);
        await Expect(page.Bubbles("counts")).ToHaveTextAsync($"{successor} counts {string.Join(' ', Enumerable.Range(1, 20))}");
        Assert.Empty(page.Errors);
    }
}
