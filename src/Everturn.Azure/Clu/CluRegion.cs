using Everturn.Language;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;

namespace Everturn.Azure.Clu;

/// <summary>The service in one region, behind a circuit breaker; left alone for as long as it asks for.</summary>
internal sealed class CluRegion
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(10);

    private readonly CluClient _client;
    private readonly TimeProvider _time;
    private readonly CircuitBreakerStateProvider _circuit = new();
    private readonly ResiliencePipeline _pipeline;
    private volatile string _lastFailure = "";
    private volatile Rest? _rest;

    public CluRegion(string name, CluClient client, CluRecognizerOptions options, TimeProvider time, ILogger logger)
    {
        Name = name;
        _client = client;
        _time = time;
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddCircuitBreaker(new()
            {
                FailureRatio = 0.5,
                MinimumThroughput = options.FailuresToBreak,
                SamplingDuration = Window,
                BreakDuration = options.BreakDuration,
                StateProvider = _circuit,
                ShouldHandle = tried => new(IsFailure(tried.Outcome.Exception)),
                OnOpened = opened =>
                {
                    CluLog.LeftAlone(logger, name, opened.BreakDuration, _lastFailure);
                    return default;
                },
                OnClosed = _ =>
                {
                    CluLog.Answers(logger, name);
                    return default;
                },
            })
            .Build();
    }

    public string Name { get; }

    /// <summary>Why the region is left alone; null when it is not.</summary>
    public string? Trouble => IsResting || _circuit.CircuitState != CircuitState.Closed ? _lastFailure : null;

    private bool IsResting => _rest is { } rest && _time.GetElapsedTime(rest.Since) < rest.Duration;

    /// <summary>Recognizes a text here.</summary>
    /// <exception cref="CluException">Not here, or not now, or not within the limit.</exception>
    public async ValueTask<RecognizerResult> AskAsync(string text, string? locale, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (IsResting) throw LeftAlone();
        try
        {
            return await _pipeline.ExecuteAsync(async token => await AskNowAsync(text, locale, limit, token), cancellationToken);
        }
        catch (BrokenCircuitException)
        {
            throw LeftAlone();
        }
    }

    private async ValueTask<RecognizerResult> AskNowAsync(string text, string? locale, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await _client.AskAsync(text, locale, either.Token);
        }
        catch (CluException failure)
        {
            _lastFailure = failure.Message;
            if (failure.RetryAfter is { } pause) _rest = new(_time.GetTimestamp(), pause < LongestRest ? pause : LongestRest);
            throw;
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            var failure = new CluException("ET7002", $"no answer within {limit.TotalMilliseconds:0} ms", exception);
            _lastFailure = failure.Message;
            throw failure;
        }
    }

    // What is no failure closes a circuit that one request tries. So a trial that its caller gave up, or that was told to come later, must be one.
    private bool IsFailure(Exception? exception) => exception switch
    {
        null or CluException { IsRequestsFault: true } => false,
        CluException { RetryAfter: null } => true,
        _ => _circuit.CircuitState is CircuitState.HalfOpen,
    };

    private CluException LeftAlone() => new("ET7009", $"it is left alone for a while, because: {_lastFailure}");

    private sealed record Rest(long Since, TimeSpan Duration);
}
