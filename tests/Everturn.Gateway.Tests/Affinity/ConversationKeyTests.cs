using System.Buffers.Text;
using System.Text;
using Everturn.Gateway.Affinity;

namespace Everturn.Gateway.Tests.Affinity;

public sealed class ConversationKeyTests
{
    [Theory]
    [InlineData("""{"conversation":{"id":"c"}}""", "c")]
    [InlineData("""{"type":"message","channelData":{"conversation":{"id":"no"}},"conversation":{"name":"n","id":"\u0063"}}""", "c")]
    [InlineData("""{"conversation":{"properties":{"id":"no"},"id":"c"},"broken":""", "c")]
    [InlineData("""{"conversation":{"id":7}}""", null)]
    [InlineData("""{"conversation":{"id":""}}""", null)]
    [InlineData("""{"conversation":"c"}""", null)]
    [InlineData("""{"conversation":null}""", null)]
    [InlineData("""{"id":"c"}""", null)]
    [InlineData("""["conversation"]""", null)]
    [InlineData("""{"a":[[[""", null)]
    [InlineData("\"", null)]
    [InlineData("", null)]
    public void Activity_names_its_conversation(string body, string? expected)
    {
        Assert.Equal(expected, ConversationKey.FromActivity(Encoding.UTF8.GetBytes(body)));
        Assert.Equal(expected, ConversationKey.FromActivity([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(body)]));
    }

    [Fact]
    public void Activity_that_is_not_utf8_names_none() =>
        Assert.Null(ConversationKey.FromActivity([.. "{\"conversation\":{\"id\":\""u8, 0xff, 0xfe, .. "\"}}"u8]));

    [Theory]
    [InlineData("""{"conv":"c","exp":1}""", "c")]
    [InlineData("""{"user":{"conv":"no"},"conv":"c"}""", "c")]
    [InlineData("""{"exp":1}""", null)]
    [InlineData("no json", null)]
    public void Token_names_its_conversation(string payload, string? expected)
    {
        var token = $"e30.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload))}.c2ln";
        Assert.Equal(expected, ConversationKey.FromToken($"Bearer {token}"));
        Assert.Equal(expected, ConversationKey.FromToken($"bearer  {token}"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer secret")]
    [InlineData("Bearer a.b")]
    [InlineData("Bearer a.%.c")]
    [InlineData("Bearer ..")]
    [InlineData("Basic e30.e30.e30")]
    public void What_is_no_token_names_none(string? authorization) => Assert.Null(ConversationKey.FromToken(authorization));

    [Theory]
    [InlineData("/c", "c")]
    [InlineData("/c/activities", "c")]
    [InlineData("/a|b/stream", "a|b")]
    [InlineData("/a%2Fb/activities", "a/b")]
    [InlineData("/", null)]
    [InlineData("", null)]
    [InlineData("//activities", null)]
    public void Path_names_its_conversation(string rest, string? expected) => Assert.Equal(expected, ConversationKey.FromPath(rest));
}
