using System.Net;
using Everturn.DirectLine.Tests.Running;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class WatermarkTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("-")]
    [InlineData("null")]
    public async Task Watermark_of_a_client_that_has_none_gives_everything(string? watermark)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        await conversation.TextsAsync(node.Http, 1);

        Assert.Single((await conversation.GetAsync(node.Http, watermark)).Activities);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("99999999999999999999999")]
    [InlineData("%201")]
    public async Task Watermark_that_is_malformed_is_400_everywhere(string watermark)
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        foreach (var path in new[] { conversation.ActivitiesPath, $"/v3/directline/conversations/{conversation.Id}" })
        {
            using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Get, $"{path}?watermark={watermark}", conversation.Token);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task Watermark_beyond_the_end_gives_nothing_and_comes_back()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();

        var (activities, watermark) = await conversation.GetAsync(node.Http, "7");

        Assert.Empty(activities);
        Assert.Equal("7", watermark);
    }

    [Fact]
    public async Task History_of_many_pages_is_read_to_its_end_in_order()
    {
        const int messages = 60;
        await using var node = await TestNode.StartAsync(configure: options => options.PageBytes = 2048);
        var conversation = await node.ConverseAsync();
        for (var i = 1; i <= messages; i++)
        {
            await conversation.SayAsync(node.Http, $"m{i}");
        }

        var texts = new List<string>();
        var watermark = "";
        await Patience.UntilAsync(
            async () =>
            {
                var page = await conversation.GetAsync(node.Http, watermark);
                texts.AddRange(page.Activities.Select(TestConversation.Text));
                watermark = page.Watermark;
                return texts.Count >= (2 * messages) + 1;
            },
            "all messages and replies");

        Assert.Equal(["hello dl_ada", .. Enumerable.Range(1, messages).SelectMany(i => new[] { $"m{i}", $"{i}: m{i}" })], texts.ToArray());
        Assert.Empty((await conversation.GetAsync(node.Http, watermark)).Activities);
        var rest = (await conversation.GetAsync(node.Http, "40")).Activities.Select(TestConversation.Text).ToArray();
        Assert.Equal([.. texts.Skip(40)], rest);
    }
}
