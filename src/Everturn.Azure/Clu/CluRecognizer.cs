using Azure.Identity;
using Everturn.Hosting;
using Everturn.Language;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.Azure.Clu;

/// <summary>
/// Asks Azure's conversational language understanding: first in the node's own region, then in the others, then a fallback within the
/// process. A region that fails often is left alone for a while, so that users do not wait for it.
/// </summary>
/// <remarks>
/// The project must be deployed under the same names in all regions. Requests go out once: recognizing changes nothing, so the next region is
/// the retry. Safe for concurrent use.
/// </remarks>
public sealed class CluRecognizer : Recognizer, INodePart, IDisposable
{
    private const int MostResponseBytes = 1024 * 1024;

    private readonly CluRecognizerOptions _options;
    private readonly IRecognizer? _fallback;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly CluRegion[] _regions;

    /// <summary>Makes the recognizer; connects to nothing yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="region">The node's region, whose endpoint is asked first.</param>
    /// <param name="fallback">Answers when no region does; null for none.</param>
    /// <param name="http">Sends the requests; null for one of the recognizer's own, which follows no redirect.</param>
    /// <param name="time">The clock of time limits and circuits; null for the system's.</param>
    /// <param name="logger">Hears of regions that fail.</param>
    /// <exception cref="OptionsValidationException">Settings are wrong (ET7001); all are named.</exception>
    public CluRecognizer(
        CluRecognizerOptions options, string region, IRecognizer? fallback = null, HttpClient? http = null, TimeProvider? time = null, ILogger<CluRecognizer>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(region);
        options.ThrowIfInvalid();
        _options = options;
        _fallback = fallback;
        _time = time ?? TimeProvider.System;
        _logger = logger ?? NullLogger<CluRecognizer>.Instance;
        _http = http ?? NewHttp();
        _ownsHttp = http is null;
        var signIn = options.Endpoints.Any(endpoint => endpoint.Key is null) ? new CluSignIn(options.Credential ?? new DefaultAzureCredential(), options.Audience, _time) : null;
        _regions = [.. from endpoint in options.Endpoints
                       orderby IsOwn(endpoint) descending
                       let client = new CluClient(endpoint, options, endpoint.Key is null ? signIn : null, _http, _time)
                       select new CluRegion(endpoint.Region, client, options, _time, _logger)];
        if (!options.Endpoints.Any(IsOwn)) CluLog.NoOwnRegion(_logger, region, _regions[0].Name);

        bool IsOwn(CluEndpoint endpoint) => string.Equals(endpoint.Region, region, StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc />
    public override string Name => _options.Name;

    /// <inheritdoc />
    public override bool IsRemote => true;

    /// <summary>Set while the first region is left alone: the node serves, by the help of others.</summary>
    public string? Degradation => _regions[0].Trouble is { } trouble
        ? $"ET7009: the language service of {_regions[0].Name} is left alone, and {Substitute} answers instead. {trouble}"
        : null;

    private string Substitute => Array.Find(_regions, region => region.Trouble is null)?.Name ?? (_fallback is null ? "nobody" : $"the recognizer {_fallback.Name}");

    /// <summary>Closes the connections, unless they are the caller's.</summary>
    public void Dispose()
    {
        if (_ownsHttp) _http.Dispose();
    }

    /// <inheritdoc />
    protected override async ValueTask<RecognizerResult> RecognizeTextAsync(string text, string? locale, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        var failures = new List<string>();
        foreach (var region in _regions)
        {
            // A region with next to no time would be blamed for nothing.
            var left = _options.Patience - _time.GetElapsedTime(begun);
            if (left < _options.RequestTimeout / 2)
            {
                failures.Add($"{region.Name}: not asked, since the patience of {_options.Patience.TotalMilliseconds:0} ms for all regions was over");
                break;
            }

            try
            {
                return await region.AskAsync(text, locale, left < _options.RequestTimeout ? left : _options.RequestTimeout, cancellationToken);
            }
            catch (CluException failure)
            {
                failures.Add($"{region.Name}: {failure.Message}");
                if (failure.Code == "ET7009") CluLog.StillLeftAlone(_logger, region.Name);
                else CluLog.NextIsAsked(_logger, region.Name, failure.Message);
                if (failure.IsRequestsFault) break;
            }
        }

        if (_fallback is null) throw new RecognizerException($"ET7008: the recognizer {Name} got no answer, and has no fallback. {string.Join(" ", failures)}");
        CluLog.FallbackAnswers(_logger, _fallback.Name, Name);
        return await _fallback.RecognizeAsync(text, locale, cancellationToken);
    }

    // Connections are replaced now and then, so that changes of a name's address are seen.
    private static HttpClient NewHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MostResponseBytes,
    };
}
