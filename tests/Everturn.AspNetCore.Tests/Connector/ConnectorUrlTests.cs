using Everturn.AspNetCore.Connector;

namespace Everturn.AspNetCore.Tests.Connector;

public sealed class ConnectorUrlTests
{
    [Theory]
    [InlineData("http://localhost:56150/_connector", "c", null, "http://localhost:56150/_connector/v3/conversations/c/activities")]
    [InlineData("http://localhost:56150/_connector/", "c", null, "http://localhost:56150/_connector/v3/conversations/c/activities")]
    [InlineData("http://localhost:56150", "c", "", "http://localhost:56150/v3/conversations/c/activities")]
    [InlineData("http://localhost:56150/", "c", "a", "http://localhost:56150/v3/conversations/c/activities/a")]
    [InlineData("https://h/a/b/c/", "c", "a", "https://h/a/b/c/v3/conversations/c/activities/a")]
    [InlineData("http://h", "19:x@thread.tacv2;messageid=1", "f:1|2", "http://h/v3/conversations/19%3Ax%40thread.tacv2%3Bmessageid%3D1/activities/f%3A1%7C2")]
    [InlineData("http://h", "a/b", "../c", "http://h/v3/conversations/a%2Fb/activities/..%2Fc")]
    [InlineData("http://h", "a?b#c%2F d", "é漢", "http://h/v3/conversations/a%3Fb%23c%252F%20d/activities/%C3%A9%E6%BC%A2")]
    [InlineData("http://h", "a\\b", "x+y", "http://h/v3/conversations/a%5Cb/activities/x%2By")]
    public void Address_keeps_the_path_and_encodes_the_ids(string serviceUrl, string conversation, string? replyTo, string expected) =>
        Assert.Equal(expected, ConnectorUrl.OfActivities(serviceUrl, conversation, replyTo)?.AbsoluteUri);

    [Theory]
    [InlineData("http://h", "", null)]
    [InlineData("http://h", "..", null)]
    [InlineData("http://h", ".", null)]
    [InlineData("http://h", "c", "..")]
    [InlineData("", "c", null)]
    [InlineData("urn:x", "c", null)]
    [InlineData("h", "c", null)]
    [InlineData("ftp://h", "c", null)]
    [InlineData("http://h?x", "c", null)]
    [InlineData("http://h/#x", "c", null)]
    [InlineData("http://u:p@h", "c", null)]
    public void What_makes_no_address_is_null(string serviceUrl, string conversation, string? replyTo) =>
        Assert.Null(ConnectorUrl.OfActivities(serviceUrl, conversation, replyTo));
}
