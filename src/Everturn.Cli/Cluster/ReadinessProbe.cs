namespace Everturn.Cli.Cluster;

/// <summary>Finds out when a node that was just started takes turns.</summary>
internal sealed class ReadinessProbe : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    // Straight to the node, whatever proxy the environment names.
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(2) };

    /// <summary>Waits for the node's announcement, then until its /health/ready says 200.</summary>
    /// <param name="announceFile">Where it announces itself.</param>
    /// <param name="processId">Whose word counts.</param>
    /// <param name="listens">Told the node's address once it is known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(string announceFile, int processId, Action<string> listens, CancellationToken cancellationToken)
    {
        Announcement? announced;
        while ((announced = Announcement.Read(announceFile)) is null || announced.Pid != processId)
        {
            await Task.Delay(Interval, cancellationToken);
        }

        listens(announced.Url);
        while (!await IsReadyAsync(announced.Url, cancellationToken))
        {
            await Task.Delay(Interval, cancellationToken);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<bool> IsReadyAsync(string url, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(url.TrimEnd('/') + "/health/ready"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return false;
        }
    }
}
