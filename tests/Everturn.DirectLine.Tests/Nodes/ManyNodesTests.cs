using System.Globalization;
using Everturn.DirectLine.Tests.Running;
using Everturn.Storage;

namespace Everturn.DirectLine.Tests.Nodes;

public sealed class ManyNodesTests
{
    [Fact]
    public async Task Stream_on_one_node_shows_what_another_answered()
    {
        var store = new MemoryStore(new Random(1));
        await using var first = await TestNode.StartAsync(store);
        await using var second = await TestNode.StartAsync(store, "local-2");
        var conversation = await first.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);

        await conversation.SayAsync(second.Http, "x");

        var activities = await stream.TakeAsync(2);
        Assert.Equal(["x", "1: x"], activities.Select(TestConversation.Text).ToArray());
        Assert.Equal("local-2", activities[1].GetProperty("channelData").GetProperty("everturn").GetProperty("node").GetString());
        Assert.Equal(
            (await conversation.GetAsync(first.Http, "1")).Activities.Select(activity => activity.GetRawText()).ToArray(),
            (await conversation.GetAsync(second.Http, "1")).Activities.Select(activity => activity.GetRawText()).ToArray());
    }

    [Fact]
    public async Task Stream_on_one_node_shows_what_another_corrected()
    {
        var store = new MemoryStore(new Random(1));
        await using var first = await TestNode.StartAsync(store);
        await using var second = await TestNode.StartAsync(store, "local-2");
        var conversation = await first.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await conversation.SayAsync(first.Http, "x");
        var said = (await stream.TakeAsync(3))[^1];

        await conversation.SayAsync(second.Http, "correct");

        var corrected = (await stream.TakeAsync(2))[^1];
        Assert.Equal(said.GetProperty("id").GetString(), corrected.GetProperty("id").GetString());
        Assert.Equal("local-2", corrected.GetProperty("channelData").GetProperty("everturn").GetProperty("node").GetString());
        Assert.Equal(["hello dl_ada", "x", "corrected", "correct"], await conversation.TextsAsync(first.Http, 4));
    }

    // No poll comes within this test.
    [Fact]
    public async Task Stream_is_woken_by_a_hint_of_the_node_that_answered()
    {
        var documents = new MemoryStore(new Random(1));
        var wire = new HintedStore.Wire();
        var (firstStore, secondStore) = (new HintedStore(documents, wire), new HintedStore(documents, wire));
        await using var first = await TestNode.StartAsync(firstStore, configure: options => options.PollInterval = TimeSpan.FromMinutes(1));
        await using var second = await TestNode.StartAsync(secondStore, "local-2");
        var conversation = await first.ConverseAsync();
        await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);
        await stream.TakeAsync(1);
        firstStore.Announced.Clear();

        for (var i = 1; i <= 3; i++)
        {
            await conversation.SayAsync(second.Http, "x");
            Assert.Equal(["x", $"{i}: x"], (await stream.TakeAsync(2)).Select(TestConversation.Text).ToArray());
        }

        // The node that has the stream tells nobody.
        await conversation.SayAsync(first.Http, "y");
        await stream.TakeAsync(2);
        Assert.Empty(firstStore.Announced);
        Assert.All(secondStore.Announced, key => Assert.EndsWith($"/directline/transcript/{conversation.Id}", key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_to_all_nodes_at_once_appear_once_and_in_one_order_everywhere()
    {
        const int messages = 48;
        var store = new MemoryStore(new Random(1));
        var nodes = new List<TestNode>();
        try
        {
            for (var i = 1; i <= 3; i++)
            {
                nodes.Add(await TestNode.StartAsync(
                    store, string.Create(CultureInfo.InvariantCulture, $"local-{i}"), options => options.PageBytes = 4096));
            }

            var conversation = await nodes[0].ConverseAsync();
            await using var stream = await TestStream.OpenAsync(conversation.StreamUrl);

            // Each message goes to two nodes, as when a gateway repeats what was not answered.
            await Task.WhenAll(Enumerable.Range(0, messages).SelectMany(i => new[] { i, i + 1 }.Select(at => conversation.PostAsync(
                nodes[at % nodes.Count].Http,
                $$$"""{"type":"message","from":{"id":"ada"},"text":"m{{{i}}}","channelData":{"clientActivityID":"c{{{i}}}"}}"""))));

            var streamed = await stream.TextsAsync((2 * messages) + 1);
            Assert.Equal((2 * messages) + 1, streamed.Length);
            Assert.Equal(streamed, await AllAsync(nodes[1], conversation));
            Assert.Equal("hello dl_ada", streamed[0]);
            for (var i = 1; i <= messages; i++)
            {
                // The bot counts, so its replies tell the order of the turns; each stands right behind its message.
                var reply = Array.FindIndex(streamed, text => text.StartsWith($"{i}: ", StringComparison.Ordinal));
                Assert.True(reply > 0, $"No reply {i}.");
                Assert.Equal(streamed[reply], $"{i}: {streamed[reply - 1]}");
            }
        }
        finally
        {
            foreach (var node in nodes)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static async Task<string[]> AllAsync(TestNode node, TestConversation conversation)
    {
        var texts = new List<string>();
        var watermark = "0";
        while (await conversation.GetAsync(node.Http, watermark) is { Activities.Length: > 0 } page)
        {
            texts.AddRange(page.Activities.Select(TestConversation.Text));
            watermark = page.Watermark;
        }

        return [.. texts];
    }
}
