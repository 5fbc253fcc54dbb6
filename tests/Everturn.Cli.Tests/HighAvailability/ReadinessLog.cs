using System.Net;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>Asks a node for its readiness all the time, and notes each change.</summary>
internal sealed class ReadinessLog : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(DateTimeOffset At, bool IsReady)> _changes = [];
    private readonly Task _asking;

    public ReadinessLog(string node, string url)
    {
        Node = node;
        _asking = AskAsync(new Uri(url + "/health/ready"));
    }

    public string Node { get; }

    public bool IsReady
    {
        get
        {
            lock (_changes)
            {
                return _changes.Count > 0 && _changes[^1].IsReady;
            }
        }
    }

    /// <summary>How long after a moment the node was unready first, and ready for good; null when it never was unready since.</summary>
    public (TimeSpan Red, TimeSpan Green)? Since(DateTimeOffset moment)
    {
        lock (_changes)
        {
            var later = _changes.Where(change => change.At > moment).ToArray();
            return later.Any(change => !change.IsReady) && later[^1].IsReady
                ? (later.First(change => !change.IsReady).At - moment, later[^1].At - moment)
                : null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking.WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _http.Dispose();
        _stop.Dispose();
    }

    private async Task AskAsync(Uri url)
    {
        bool? was = null;
        while (true)
        {
            bool isReady;
            try
            {
                using var answer = await _http.GetAsync(url, _stop.Token);
                isReady = answer.StatusCode == HttpStatusCode.OK;
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !_stop.IsCancellationRequested)
            {
                isReady = false;
            }

            if (isReady != was)
            {
                was = isReady;
                lock (_changes)
                {
                    _changes.Add((DateTimeOffset.UtcNow, isReady));
                }
            }

            await Task.Delay(Interval, _stop.Token);
        }
    }
}
