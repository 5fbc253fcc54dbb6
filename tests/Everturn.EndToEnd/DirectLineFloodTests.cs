using System.Diagnostics;
using System.Text.Json;

namespace Everturn.EndToEnd;

/// <summary>One conversation flooded on four node processes at once, without a gateway and so without affinity.</summary>
public sealed class DirectLineFloodTests(ITestOutputHelper output)
{
    private const int Messages = 64;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_message_is_shown_once_and_answered_once_in_order(bool kill)
    {
        await using var cluster = await Cluster.StartAsync();
        var nodes = (await cluster.StatusAsync()).Nodes.ToArray();
        var urls = nodes.Select(node => node.Url!).ToArray();
        using var client = new DirectLineClient();
        await client.StartAsync(urls[0]);

        var watch = Stopwatch.StartNew();
        var posted = 0;
        await Task.WhenAll(Enumerable.Range(0, Messages).Select(async number =>
        {
            await client.PostAsync(urls, number % 4, $"m{number}", $"t{number}");
            if (Interlocked.Increment(ref posted) == Messages / 3 && kill)
            {
                await Signals.KillAsync(nodes[2].Pid!.Value);
            }
        }));
        output.WriteLine($"{Messages} answers after {watch.Elapsed.TotalSeconds:0.00} s");

        IReadOnlyList<JsonElement> activities;
        do
        {
            activities = await client.ActivitiesAsync(urls[0]);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(40), $"only {activities.Count} activities came; the cluster printed:\n{cluster.Output}");
        }
        while (activities.Count < 2 * Messages);

        output.WriteLine($"{Messages} replies after {watch.Elapsed.TotalSeconds:0.00} s");
        var replies = activities.Where(activity => activity.GetProperty("from").GetProperty("id").GetString() != "dl_tester")
            .Select(activity => activity.GetProperty("text").GetString()!).ToArray();
        Orders.AssertEachGrowsByOne(replies, Messages);
        Assert.Equal(2 * Messages, activities.Count);
        Assert.Equal(2 * Messages, activities.Select(activity => activity.GetProperty("id").GetString()).Distinct(StringComparer.Ordinal).Count());

        // Every node shows the same history.
        Assert.Equal(
            activities.Select(activity => activity.GetRawText()),
            (await client.ActivitiesAsync(urls[3])).Select(activity => activity.GetRawText()));
    }
}
