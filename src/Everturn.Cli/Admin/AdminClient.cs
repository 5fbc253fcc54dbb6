using System.Net.Http.Json;
using System.Text.Json;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Admin;

/// <summary>Talks to the cluster that runs in a data directory.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly ClusterDirectory _directory;

    /// <exception cref="CliException">No cluster runs there.</exception>
    public AdminClient(ClusterDirectory directory)
    {
        _directory = directory;
        Gateway = directory.Find().Gateway;
        _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(Gateway + "/"), Timeout = TimeSpan.FromSeconds(30) };
    }

    public string Gateway { get; }

    public async Task<ClusterStatus> StatusAsync(CancellationToken cancellationToken) =>
        await SendAsync(() => _http.GetAsync(new Uri("everturn/status", UriKind.Relative), cancellationToken), cancellationToken);

    /// <exception cref="CliException">The cluster refused.</exception>
    public async Task<ClusterStatus> ApplyAsync(FaultRequest fault, CancellationToken cancellationToken)
    {
        using var body = JsonContent.Create(fault, CliJson.Default.FaultRequest);
        return await SendAsync(() => _http.PostAsync(new Uri("everturn/faults", UriKind.Relative), body, cancellationToken), cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<ClusterStatus> SendAsync(Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await send();
            if (answer.IsSuccessStatusCode)
            {
                return (await answer.Content.ReadFromJsonAsync(CliJson.Default.ClusterStatus, cancellationToken))!;
            }

            var refusal = await answer.Content.ReadFromJsonAsync(CliJson.Default.ErrorBody, cancellationToken);
            throw new CliException(refusal!.Error.Code, refusal.Error.Message);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new CliException(
                ErrorCodes.NoCluster, $"the cluster in '{_directory.Path}' does not answer at {Gateway}: {exception.Message}", inner: exception);
        }
    }
}
