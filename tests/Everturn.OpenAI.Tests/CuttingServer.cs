using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Everturn.OpenAI.Tests;

/// <summary>A server of the test's own that closes each connection in the midst of its answer, after all that it sent has a chance to be read.</summary>
internal sealed class CuttingServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private CuttingServer() => _listener.Start();

    public Uri Url => new($"http://{_listener.LocalEndpoint}/v1");

    /// <param name="contentType">Of the answer, which says that it has 10,000 bytes.</param>
    /// <param name="body">The part of it that is sent.</param>
    public static CuttingServer Start(string contentType, string body)
    {
        var server = new CuttingServer();
        _ = server.AnswerAsync($"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: 10000\r\n\r\n{body}");
        return server;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AnswerAsync(string answer)
    {
        using var client = await _listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var buffer = new byte[64 * 1024];
        // Headers and body of such a small request come in one or two pieces; the last one ends with the request's last brace.
        var text = "";
        while (!text.EndsWith('}'))
        {
            text += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, TestContext.Current.CancellationToken));
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
        client.Client.Shutdown(SocketShutdown.Send);
        await stream.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
    }
}
