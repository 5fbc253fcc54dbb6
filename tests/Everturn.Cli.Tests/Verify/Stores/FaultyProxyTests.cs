using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Everturn.Cli.Tests.Running;
using Everturn.Cli.Verify.Stores;

namespace Everturn.Cli.Tests.Verify.Stores;

public sealed class FaultyProxyTests : IAsyncLifetime
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly StringBuilder _arrived = new();
    private FaultyProxy _proxy = null!;

    public ValueTask InitializeAsync()
    {
        _echo.Start();
        _proxy = new(_echo.LocalEndpoint) { Delay = TimeSpan.FromMilliseconds(300) };
        _ = ServeAsync();
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _proxy.DisposeAsync();
        _echo.Stop();
    }

    [Fact]
    public async Task Proxy_passes_everything_on()
    {
        using var client = await ConnectAsync();

        Assert.Equal("one", await AskAsync(client, "one"));
        Assert.Equal("two", await AskAsync(client, "two"));
    }

    [Fact]
    public async Task Cut_breaks_what_is_connected_and_whoever_connects_until_it_passes_again()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, "one");

        _proxy.Mode = ProxyMode.Cut;

        await Assert.ThrowsAnyAsync<Exception>(() => AskAsync(client, "two"));
        await Assert.ThrowsAnyAsync<Exception>(async () => await AskAsync(await ConnectAsync(), "three"));
        Assert.Equal("one", Arrived());
        _proxy.Mode = ProxyMode.Pass;
        using var again = await ConnectAsync();
        Assert.Equal("four", await AskAsync(again, "four"));
    }

    [Fact]
    public async Task Stall_holds_everything_back_and_passes_it_on_afterwards()
    {
        using var client = await ConnectAsync();
        await AskAsync(client, "one");

        _proxy.Mode = ProxyMode.Stall;
        var answer = AskAsync(client, "two");

        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(Moment, TestContext.Current.CancellationToken));
        Assert.Equal("one", Arrived());
        _proxy.Mode = ProxyMode.Pass;
        Assert.Equal("two", await answer);
    }

    [Fact]
    public async Task Slow_is_late_both_ways()
    {
        using var client = await ConnectAsync();
        _proxy.Mode = ProxyMode.Slow;
        var watch = Stopwatch.StartNew();

        Assert.Equal("one", await AskAsync(client, "one"));
        Assert.True(watch.Elapsed >= 2 * _proxy.Delay - TimeSpan.FromMilliseconds(50), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Lost_answer_leaves_the_request_done()
    {
        using var client = await ConnectAsync();
        _proxy.Mode = ProxyMode.LoseAnswers;

        var answer = AskAsync(client, "one");

        await Eventually.IsTrueAsync(() => Arrived() == "one", Patience, Arrived);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(Moment, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Connection_that_lost_an_answer_breaks_before_it_could_take_a_later_one_for_it()
    {
        using var client = await ConnectAsync();
        using var silent = await ConnectAsync();
        await AskAsync(client, "one");
        await AskAsync(silent, "two");
        _proxy.Mode = ProxyMode.LoseAnswers;
        var lost = AskAsync(client, "three");
        await Eventually.IsTrueAsync(() => Arrived() == "onetwothree", Patience, Arrived);
        await Assert.ThrowsAsync<TimeoutException>(() => lost.WaitAsync(Moment, TestContext.Current.CancellationToken));

        _proxy.Mode = ProxyMode.Pass;

        await Assert.ThrowsAnyAsync<Exception>(() => lost);
        Assert.Equal("four", await AskAsync(silent, "four"));
    }

    private string Arrived()
    {
        lock (_arrived)
        {
            return _arrived.ToString();
        }
    }

    private async Task<Socket> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_proxy.Address, TestContext.Current.CancellationToken);
        return socket;
    }

    private static async Task<string> AskAsync(Socket client, string text)
    {
        await client.SendAsync(Encoding.ASCII.GetBytes(text));
        var buffer = new byte[16];
        var read = await client.ReceiveAsync(buffer).WaitAsync(Patience, TestContext.Current.CancellationToken);
        return read > 0 ? Encoding.ASCII.GetString(buffer, 0, read) : throw new IOException("closed");
    }

    // Answers each message with itself.
    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _echo.AcceptSocketAsync());
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using var own = socket;
        try
        {
            var buffer = new byte[16];
            int read;
            while ((read = await socket.ReceiveAsync(buffer)) > 0)
            {
                lock (_arrived)
                {
                    _arrived.Append(Encoding.ASCII.GetString(buffer, 0, read));
                }

                await socket.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (SocketException)
        {
            // Cut.
        }
    }
}
