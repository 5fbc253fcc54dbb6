using System.Net;
using System.Net.Sockets;

namespace Everturn.Storage.Postgres.Tests.Servers;

// A name for a server that may lead to another one tomorrow. To a target of null it takes connections and says nothing, as a
// machine does that hangs.
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;
    private readonly List<Task> _relaying = [];
    private CancellationTokenSource _carrying = new();
    private int? _target;

    public Relay(int? target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    // What is open carries nothing any more and stays open; new connections go to the other server.
    public async Task SilenceAsync(int? target)
    {
        _target = target;
        await _carrying.CancelAsync();
        _carrying = new();
    }

    // Resets what is open.
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested) return;
        await _stop.CancelAsync();
        await _carrying.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_relaying);
        _stop.Dispose();
        _carrying.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true) _relaying.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token), _target, _carrying.Token));
    }

    private async Task RelayAsync(TcpClient client, int? target, CancellationToken carrying)
    {
        using var server = new TcpClient();
        using (client)
        {
            if (target is { } port)
            {
                await server.ConnectAsync(IPAddress.Loopback, port);
                var both = new[] { client.GetStream().CopyToAsync(server.GetStream(), carrying), server.GetStream().CopyToAsync(client.GetStream(), carrying) };
                var first = await Task.WhenAny(both);
                await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!carrying.IsCancellationRequested) return;
            }

            await Task.Delay(Timeout.Infinite, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
