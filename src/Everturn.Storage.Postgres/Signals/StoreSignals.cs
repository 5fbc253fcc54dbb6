using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Everturn.Storage.Postgres.Signals;

// Hints between nodes by LISTEN and NOTIFY. They are told in transactions of their own, after the write that they are about: the
// server lets only one transaction with a NOTIFY commit at a time, and one that also writes would hold the others up for as
// long as its flush and its standby take. What gathers while one is under way goes together.
internal sealed class StoreSignals(NpgsqlDataSource source, string channel, ILogger logger) : IAsyncDisposable
{
    private const int MostWaiting = 1024;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Payload _payload = new();
    private readonly Channel<string> _told = New();
    private ImmutableArray<Channel<string>> _listeners = [];
    private Task? _telling;
    private Task? _hearing;

    public void Announce(string key)
    {
        if (_stop.IsCancellationRequested || !_told.Writer.TryWrite(key) || _telling is not null) return;
        lock (_lock) _telling ??= Task.Run(() => TellAsync(_stop.Token));
    }

    public async IAsyncEnumerable<string> ListenAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
        var heard = New();
        lock (_lock)
        {
            _listeners = _listeners.Add(heard);
            _hearing ??= Task.Run(() => HearAsync(_stop.Token), CancellationToken.None);
        }

        try
        {
            await foreach (var key in heard.Reader.ReadAllAsync(either.Token)) yield return key;
        }
        finally
        {
            lock (_lock) _listeners = _listeners.Remove(heard);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var task in new[] { _telling, _hearing })
        {
            if (task is not null) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _stop.Dispose();
    }

    private async Task TellAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        while (await _told.Reader.WaitToReadAsync(stop))
        {
            var count = _payload.Take(_told.Reader, out var text);
            try
            {
                await using var command = source.CreateCommand("SELECT pg_notify($1, $2)");
                command.Parameters.Add(new() { Value = channel });
                command.Parameters.Add(new() { Value = text });
                await command.ExecuteNonQueryAsync(stop);
                pause = FirstPause;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                StoreLog.HintsLost(logger, count, error);
                await Task.Delay(pause, stop);
                pause = Longer(pause);
            }
        }
    }

    private async Task HearAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        var failing = false;
        while (true)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stop);
                connection.Notification += (_, said) => Hear(said.Payload);
                await using (var command = new NpgsqlCommand($"""LISTEN "{channel}" """, connection)) await command.ExecuteNonQueryAsync(stop);
                if (failing) StoreLog.ListeningAgain(logger);
                failing = false;
                pause = FirstPause;
                while (true) await connection.WaitAsync(stop);
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                if (!failing) StoreLog.NotListening(logger, error);
                failing = true;
            }

            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), stop);
            pause = Longer(pause);
        }
    }

    private void Hear(string text)
    {
        foreach (var key in _payload.Read(text))
        {
            foreach (var listener in _listeners) listener.Writer.TryWrite(key);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private static Channel<string> New() =>
        Channel.CreateBounded<string>(new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest });
}
