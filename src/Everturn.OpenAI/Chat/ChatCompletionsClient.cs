using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using Everturn.OpenAI.Wire;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.OpenAI;

/// <summary>A language model behind any endpoint that speaks OpenAI's chat completions, over plain HTTP.</summary>
/// <remarks>
/// Text, images, functions as tools, JSON answers, usage and reasoning are passed on; <c>ChatOptions.AdditionalProperties</c> become members of
/// the request. The endpoint keeps no conversation, so <c>ConversationId</c> and background responses are ignored. Safe for
/// concurrent use. Failures are <see cref="ChatCompletionsException"/>; an answer that was cut for its length or by a filter is none, its
/// <c>FinishReason</c> says so.
/// </remarks>
public sealed class ChatCompletionsClient : IChatClient
{
    private readonly ChatCompletionsOptions _options;
    private readonly HttpClient _http;
    private readonly bool _ownsHttp;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly Uri _address;
    private readonly string _endpoint;
    private readonly AnswerReader _reader;
    private readonly ChatClientMetadata _metadata;

    /// <summary>Makes the client; connects to nothing yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="http">Sends the requests; its own timeout must be longer than the settings'. Null for one of the client's own, which follows no redirect.</param>
    /// <param name="logger">Hears of requests that are sent again.</param>
    /// <param name="time">The clock of timeouts and pauses; null for the system's.</param>
    /// <exception cref="OptionsValidationException">Settings are wrong (ET7120); all are named.</exception>
    public ChatCompletionsClient(ChatCompletionsOptions options, HttpClient? http = null, ILogger<ChatCompletionsClient>? logger = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Errors() is { Count: > 0 } errors)
        {
            throw new OptionsValidationException(nameof(ChatCompletionsOptions), typeof(ChatCompletionsOptions), errors);
        }

        _options = options;
        _http = http ?? NewHttp();
        _ownsHttp = http is null;
        _logger = logger ?? NullLogger<ChatCompletionsClient>.Instance;
        _time = time ?? TimeProvider.System;
        _address = new UriBuilder(options.Endpoint!) { Path = options.Endpoint!.AbsolutePath.TrimEnd('/') + "/chat/completions" }.Uri;
        // The query may hold a secret, so no message shows it.
        _endpoint = _address.GetLeftPart(UriPartial.Path);
        _reader = new(_endpoint, options.Key);
        _metadata = new("openai-compatible", options.Endpoint, options.Model);
        if (options.Key is not null && _address is { Scheme: "http", IsLoopback: false })
        {
            ChatLog.KeyInPlainText(_logger, _endpoint);
        }
    }

    /// <inheritdoc />
    /// <exception cref="ChatCompletionsException">The endpoint failed, or answered what is none.</exception>
    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var body = RequestWriter.Write(messages, options, _options, stream: false);
        return await RetryAsync(
            () => AskInTimeAsync(
                async patience =>
                {
                    using var response = await SendAsync(body, patience);
                    await using var answer = await OpenAsync(response, patience);
                    return await _reader.ReadAsync(answer, patience);
                },
                cancellationToken),
            cancellationToken);
    }

    /// <inheritdoc />
    /// <exception cref="ChatCompletionsException">The endpoint failed, or answered what is none; in the midst of the stream, too.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var body = RequestWriter.Write(messages, options, _options, stream: true);
        await using var updates = await RetryAsync(() => BeginAsync(body, cancellationToken), cancellationToken);
        do
        {
            yield return updates.Current;
        }
        while (await updates.MoveNextAsync());
    }

    /// <inheritdoc />
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(ChatClientMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <summary>Closes the connections, unless they are the caller's.</summary>
    public void Dispose()
    {
        if (_ownsHttp) _http.Dispose();
    }

    // Connections are replaced now and then, so that changes of a name's address are seen.
    private static HttpClient NewHttp() => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    // Up to its first update, before which nobody has seen anything of it, so that it can be asked for again.
    private async Task<IAsyncEnumerator<ChatResponseUpdate>> BeginAsync(byte[] body, CancellationToken cancellationToken)
    {
        var updates = UpdatesAsync(await AskInTimeAsync(patience => SendAsync(body, patience), cancellationToken), cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            return await updates.MoveNextAsync() ? updates : throw Failures.Cut(_endpoint);
        }
        catch
        {
            await updates.DisposeAsync();
            throw;
        }
    }

    private async IAsyncEnumerable<ChatResponseUpdate> UpdatesAsync(HttpResponseMessage response, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var used = response;
        await using var answer = await OpenAsync(response, cancellationToken);
        var first = await answer.PeekAsync(cancellationToken);
        if (!IsStream(first, response.Content.Headers.ContentType?.MediaType))
        {
            // A server that does not stream answers in one piece.
            var whole = await _reader.ReadAsync(answer, cancellationToken);
            foreach (var update in whole.ToChatResponseUpdates())
            {
                yield return update;
            }

            yield break;
        }

        await foreach (var update in _reader.ReadStreamAsync(answer, cancellationToken))
        {
            yield return update;
        }
    }

    // Servers and what stands in front of them leave the type out or change it. A line of a stream begins with data, event, id, retry or a colon.
    private static bool IsStream(byte? first, string? type) =>
        first is (byte)'d' or (byte)'e' or (byte)'i' or (byte)'r' or (byte)':'
        || (first is not (byte)'{' && string.Equals(type, "text/event-stream", StringComparison.OrdinalIgnoreCase));

    private async Task<T> RetryAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        for (var retries = 0; ; retries++)
        {
            TimeSpan pause;
            try
            {
                return await ask();
            }
            catch (ChatCompletionsException exception) when (exception.IsTransient && retries < _options.MaxRetries && PauseAfter(exception, retries) <= _options.MaxRetryDelay)
            {
                pause = PauseAfter(exception, retries);
                ChatLog.AskedAgain(_logger, pause, retries + 2, exception);
            }

            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private async Task<T> AskInTimeAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_options.ResponseTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await ask(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Whether our patience ended or that of the caller's HttpClient.
            throw Failures.TooSlow(_endpoint, $"did not answer within {_options.ResponseTimeout}");
        }
    }

    // 0.5 s, 1 s, 2 s ...; what the endpoint asks for is never shortened.
    private TimeSpan PauseAfter(ChatCompletionsException exception, int retries) =>
        exception.RetryAfter ?? TimeSpan.FromTicks(Math.Min(TimeSpan.FromMilliseconds(500 << retries).Ticks, _options.MaxRetryDelay.Ticks));

    private async Task<HttpResponseMessage> SendAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/json");
        if (_options.Key is { } key) request.Headers.Authorization = new("Bearer", key);
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw Failures.Unreachable(_endpoint, exception);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            await using var answer = await OpenAsync(response, cancellationToken);
            var (said, kind) = await ErrorBody.ReadAsync(answer, _options.Key, cancellationToken);
            throw Failures.Refused(_endpoint, _options.Model, response.StatusCode, said, kind, RetryAfterOf(response.Headers.RetryAfter));
        }
    }

    private async Task<LimitedStream> OpenAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        new(await response.Content.ReadAsStreamAsync(cancellationToken), _options.MaxResponseBytes, _options.StallTimeout, _time, _endpoint);

    private TimeSpan? RetryAfterOf(RetryConditionHeaderValue? header)
    {
        var pause = header?.Delta ?? header?.Date - _time.GetUtcNow();
        return pause < TimeSpan.Zero ? TimeSpan.Zero : pause;
    }
}
