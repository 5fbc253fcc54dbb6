using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Everturn.Cli.Chat;

/// <summary>Calls of the Direct Line API that outlast a node's failure: each is repeated until it is answered, for a while.</summary>
internal sealed class DirectLineCalls : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);

    private readonly HttpClient _http;

    /// <param name="server">The server's root or its <c>/v3/directline</c>.</param>
    public DirectLineCalls(Uri server)
    {
        var root = server.AbsoluteUri.TrimEnd('/');
        const string Path = "/v3/directline";
        Base = new Uri((root.EndsWith(Path, StringComparison.OrdinalIgnoreCase) ? root : root + Path) + "/");
        _http = new(new SocketsHttpHandler { UseProxy = !server.IsLoopback, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(40) };
    }

    public Uri Base { get; }

    /// <summary>The token that every call carries, once there is one.</summary>
    public string? Token { get; set; }

    /// <summary>Makes a call, and makes it again while it is not answered, or answered with "try again".</summary>
    /// <param name="method">How.</param>
    /// <param name="path">Below <see cref="Base"/>.</param>
    /// <param name="body">What is sent; null for nothing.</param>
    /// <param name="answerType">What is answered.</param>
    /// <param name="failFast">Whether a server that is not there is an error at once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="requestId">What the call is known by when it is repeated; null for an id of its own.</param>
    /// <param name="repeating">Told of each repetition.</param>
    /// <exception cref="CliException">Refused, or not answered in time.</exception>
    public async Task<T> SendAsync<T>(
        HttpMethod method,
        string path,
        HttpContent? body,
        JsonTypeInfo<T> answerType,
        bool failFast,
        CancellationToken cancellationToken,
        string? requestId = null,
        Action? repeating = null)
    {
        var bytes = body is null ? null : await body.ReadAsByteArrayAsync(cancellationToken);
        // The same for each repetition, so that the server knows them for one call.
        requestId ??= Guid.NewGuid().ToString("N");
        var pause = FirstPause;
        var deadline = DateTime.UtcNow + Patience;
        while (true)
        {
            string failure;
            try
            {
                using var request = new HttpRequestMessage(method, new Uri(Base, path));
                request.Headers.Add("Everturn-Request-Id", requestId);
                request.Headers.Authorization = Token is null ? null : new AuthenticationHeaderValue("Bearer", Token);
                if (bytes is not null)
                {
                    request.Content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/json") } };
                }

                using var answer = await _http.SendAsync(request, cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return (await answer.Content.ReadFromJsonAsync(answerType, cancellationToken))!;
                }

                failure = await DescribeAsync(answer, cancellationToken);
                if (!IsPassing(answer.StatusCode))
                {
                    throw new CliException(ErrorCodes.DirectLine, $"{Base} refused '{path}': {failure}");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or JsonException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                failure = exception.Message;
                if (failFast)
                {
                    throw new CliException(ErrorCodes.DirectLine, $"no Direct Line at {Base}: {failure}", inner: exception);
                }
            }

            if (DateTime.UtcNow + pause > deadline)
            {
                throw new CliException(ErrorCodes.DirectLine, $"{Base} did not take '{path}' for {Patience.TotalSeconds:0} s: {failure}");
            }

            await Task.Delay(pause, cancellationToken);
            repeating?.Invoke();
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static async Task<string> DescribeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            if (JsonSerializer.Deserialize(text, CliJson.Default.ErrorBody)?.Error is { } error)
            {
                return $"{(int)answer.StatusCode} {error.Code}: {error.Message}";
            }
        }
        catch (JsonException)
        {
            // Not one of ours; the status says enough.
        }

        return $"{(int)answer.StatusCode} {answer.ReasonPhrase}";
    }
}
