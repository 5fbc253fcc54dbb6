using System.Net.Sockets;
using System.Text;
using Everturn.Gateway.Tests.Play;

namespace Everturn.Gateway.Tests;

/// <summary>Requests that no decent client sends, byte by byte: never a 500, and the gateway goes on.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, string, int[]> Requests => new()
    {
        { "body that is no JSON", Post("{\"conversation\":{\"id\":"), [200] },
        { "body that is no object", Post("[1,2]"), [200] },
        { "conversation without an id", Post("{\"conversation\":7}"), [200] },
        { "absurd nesting", Post(new string('[', 50_000)), [200] },
        { "half a surrogate pair", Post("{\"conversation\":{\"id\":\"\\ud800\"}}"), [200] },
        { "no body", "POST /api/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", [200] },
        { "chunk without a size", "POST /api/messages HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n\r\n", [400] },
        { "header beyond ASCII", "GET /v3/directline/session HTTP/1.1\r\nHost: h\r\nX-Odd: é😀\r\nConnection: close\r\n\r\n", [200] },
        { "two request ids", "GET /v3/directline/session HTTP/1.1\r\nHost: h\r\nEverturn-Request-Id: a\r\nEverturn-Request-Id: b\r\nConnection: close\r\n\r\n", [200] },
        { "long header", $"GET /v3/directline/session HTTP/1.1\r\nHost: h\r\nX-Long: {new string('x', 31_000)}\r\nConnection: close\r\n\r\n", [200, 431] },
        { "broken token", "POST /v3/directline/conversations HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer a.%%%.c\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", [200] },
        { "unknown method", "BREW /v3/directline/conversations/c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", [200] },
        { "odd path", "GET /v3/directline/conversations/%ff%fe%25%2e%2e%2f/../x/%F0%9F%98%80 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", [200, 400, 404] },
        { "odd host", "GET /v3/directline/session HTTP/1.1\r\nHost: a_b..c:99999\r\nConnection: close\r\n\r\n", [200, 400] },
        { "no conversation", "GET /v3/directline/conversations// HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", [200] },
        { "upgrade to something else", "GET /v3/directline/conversations/c/stream HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", [400] },
        { "socket with an odd protocol and origin", Socket("Origin: é\r\nSec-WebSocket-Protocol: a b, a, a,,\r\n"), [101, 400] },
        { "socket of a version long gone", Socket("").Replace("Version: 13", "Version: 8", StringComparison.Ordinal), [101, 400, 426] },
        { "socket with an odd query", Socket("").Replace("t=x", "t=%&&=&watermark&t=%ff", StringComparison.Ordinal), [101, 400] },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Bad_input_gets_its_answer_and_the_gateway_goes_on(string what, string request, int[] expected)
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        var status = await SendAsync(cluster, request);
        Assert.True(expected.Contains(status), $"{what}: {status}");
        Assert.Equal("north-1", await cluster.AskAsync("c"));
        Assert.DoesNotContain(cluster.Log.Lines, line => line.Id == 5090);
    }

    [Fact]
    public async Task Client_that_leaves_in_the_middle_of_its_body_is_forgotten()
    {
        await using var cluster = await Cluster.StartAsync(null, "north-1");
        using (var client = await ConnectAsync(cluster))
        {
            await client.GetStream().WriteAsync("POST /api/messages HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{\"half"u8.ToArray());
            client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        }

        Assert.Equal("north-1", await cluster.AskAsync("c"));
        Assert.Single(cluster.AllRequests);
        Assert.DoesNotContain(cluster.Log.Lines, line => line.Id == 5090);
    }

    private static string Post(string body) =>
        $"POST /api/messages HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    private static string Socket(string headers) =>
        "GET /v3/directline/conversations/c/stream?t=x HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\n{headers}\r\n";

    private static async Task<int> SendAsync(Cluster cluster, string request)
    {
        using var client = await ConnectAsync(cluster);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), Deadline.Token);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        var line = await reader.ReadLineAsync(Deadline.Token);
        return int.Parse(line!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<TcpClient> ConnectAsync(Cluster cluster)
    {
        var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(cluster.Url).Port, Deadline.Token);
        return client;
    }
}
