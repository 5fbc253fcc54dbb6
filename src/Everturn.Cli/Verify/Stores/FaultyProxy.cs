using System.Net;
using System.Net.Sockets;

namespace Everturn.Cli.Verify.Stores;

/// <summary>A TCP proxy on a free port of 127.0.0.1 that fails as it is told to: a bad network between a node and its store.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ended = new();
    private readonly HashSet<Socket> _sockets = [];

    // Clients of which answers were swallowed: what came later would be taken for those.
    private readonly HashSet<Socket> _robbed = [];
    private readonly EndPoint _target;
    private readonly Task _accepting;
    private TaskCompletionSource _changed = NewSignal();
    private ProxyMode _mode;

    /// <param name="target">Where connections go.</param>
    public FaultyProxy(EndPoint target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect instead of the target.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>How late everything is while it is <see cref="ProxyMode.Slow"/>.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Fails in another way from now on, also what is connected already.</summary>
    public ProxyMode Mode
    {
        get
        {
            lock (_lock)
            {
                return _mode;
            }
        }

        set
        {
            TaskCompletionSource changed;
            lock (_lock)
            {
                _mode = value;
                (changed, _changed) = (_changed, NewSignal());
                if (value != ProxyMode.LoseAnswers)
                {
                    Break(value == ProxyMode.Cut ? _sockets : _robbed);
                }
            }

            changed.SetResult();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Mode = ProxyMode.Cut;
        await _ended.CancelAsync();
        _listener.Stop();
        await _accepting;
        _ended.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static void Reset(Socket socket)
    {
        socket.LingerState = new(enable: true, seconds: 0);
        socket.Dispose();
    }

    private void Break(HashSet<Socket> sockets)
    {
        foreach (var socket in sockets)
        {
            Reset(socket);
        }

        _sockets.ExceptWith(sockets.ToArray());
        _robbed.Clear();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                connections.Add(CarryAsync(await _listener.AcceptSocketAsync(_ended.Token)));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (!TryAdd(client, server))
        {
            return;
        }

        try
        {
            await server.ConnectAsync(_target, _ended.Token);
            // When one direction ends or breaks, so does the connection.
            await await Task.WhenAny(CopyAsync(client, server, isAnswer: false), CopyAsync(server, client, isAnswer: true));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Broken by either end, or by us.
        }
        finally
        {
            lock (_lock)
            {
                _sockets.Remove(server);
                _robbed.Remove(client);
                if (_sockets.Remove(client))
                {
                    Reset(client);
                }
            }
        }
    }

    private bool TryAdd(Socket client, Socket server)
    {
        lock (_lock)
        {
            if (_mode == ProxyMode.Cut)
            {
                Reset(client);
                return false;
            }

            _sockets.Add(client);
            _sockets.Add(server);
            return true;
        }
    }

    private async Task CopyAsync(Socket from, Socket to, bool isAnswer)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReceiveAsync(buffer, _ended.Token)) > 0)
        {
            if (await MayPassAsync(to, isAnswer))
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), _ended.Token);
                }
            }
        }
    }

    // Decided when the bytes have arrived, and again whenever the mode changes while they wait.
    private async Task<bool> MayPassAsync(Socket to, bool isAnswer)
    {
        while (true)
        {
            var (mode, changed) = Look(to, isAnswer);
            switch (mode)
            {
                case ProxyMode.Stall:
                    await changed.WaitAsync(_ended.Token);
                    continue;
                case ProxyMode.Slow:
                    await Task.Delay(Delay, _ended.Token);
                    return true;
                default:
                    return mode != ProxyMode.LoseAnswers || !isAnswer;
            }
        }
    }

    private (ProxyMode Mode, Task Changed) Look(Socket to, bool isAnswer)
    {
        lock (_lock)
        {
            if (_mode == ProxyMode.LoseAnswers && isAnswer)
            {
                _robbed.Add(to);
            }

            return (_mode, _changed.Task);
        }
    }
}
