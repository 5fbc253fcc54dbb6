using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Everturn.AspNetCore.Tests.Inbound;

public sealed class GarbageTests
{
    private static readonly string[] Seeds =
    [
        BotEndpointTests.Message("http://127.0.0.1:1/x", "hi"),
        """{"type":"invoke","name":"echo","channelId":"test","from":{"id":"u"},"conversation":{"id":"c"},"value":{"a":[1,null,"\ud83c\udf55"]}}""",
        """{"type":"conversationUpdate","channelId":"test","from":{"id":"u"},"conversation":{"id":"c"},"membersAdded":[{"id":"a"},null],"deliveryMode":"expectReplies"}""",
        """{"type":"messageReaction","channelId":"test","from":{"id":"u"},"conversation":{"id":"c"},"reactionsAdded":[{"type":"like"}],"deliveryMode":"expectReplies","attachments":[{"content":{}}]}""",
        "",
        "[[[[",
    ];

    private static readonly string[] ContentTypes =
        ["application/json", "application/json", "application/json", "application/json; charset=utf-8", "text/plain", "application/json; charset=x", "/", "application/json;;="];

    [Fact]
    public async Task Garbage_is_never_answered_500_and_never_kills_the_node()
    {
        await using var node = await TestNode.StartAsync();
        var ways = new HashSet<int>();

        Prop.ForAll(Arb.From(Bodies()), Arb.From(Gen.Elements(ContentTypes)), (body, contentType) =>
        {
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/messages") { Content = content };
            using var answer = node.Http.Send(request);
            ways.Add((int)answer.StatusCode);
            if ((int)answer.StatusCode is 500 or > 501)
            {
                throw new InvalidOperationException($"{answer.StatusCode} to {contentType}: {Encoding.UTF8.GetString(body)}");
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true));

        // The property says little unless both good and bad bodies were among them.
        Assert.Contains(400, ways);
        Assert.Contains(ways, status => status is 200 or 202);
    }

    private static Gen<byte[]> Bodies() =>
        from seed in Gen.Elements(Seeds)
        from count in Gen.Choose(0, 5)
        from places in Gen.Choose(0, int.MaxValue - 1).ArrayOf(count)
        from bytes in Gen.OneOf(Gen.Choose(0, 255).Select(value => (byte)value), Gen.Elements("{}[]\",:\\nul0d8.e-"u8.ToArray())).ArrayOf(count)
        select Mutate(Encoding.UTF8.GetBytes(seed), places, bytes);

    private static byte[] Mutate(byte[] json, int[] places, byte[] bytes)
    {
        for (var i = 0; i < places.Length && json.Length > 0; i++)
        {
            json[places[i] % json.Length] = bytes[i];
        }

        return json;
    }
}
