namespace Everturn.OpenAI;

/// <summary>Settings of a <see cref="ChatCompletionsClient"/>.</summary>
public sealed class ChatCompletionsOptions
{
    /// <summary>
    /// The address in front of <c>/chat/completions</c>, for instance <c>https://api.openai.com/v1</c> or
    /// <c>http://localhost:11434/v1</c>. A query stays at the end. Default none: it must be given.
    /// </summary>
    public Uri? Endpoint { get; set; }

    /// <summary>The model, as the endpoint names it. Default none: it must be given.</summary>
    public string Model { get; set; } = "";

    /// <summary>The key, sent as bearer token. Default null: none is sent. Over plain http to another machine it is sent with a warning (ET7132).</summary>
    public string? Key { get; set; }

    /// <summary>
    /// How long the endpoint may take until its answer begins; without streaming, until it is whole. Default 2 min; range 100 ms to
    /// 1 h. Beyond it: ET7130.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a streamed answer may stand still, as it does while some models think. Default 2 min; range 100 ms to 1 h. Beyond it: ET7130. After the answer's end no more than 2 s are waited for its usage.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// How often a request is sent again after what may pass (429, 5xx, no connection, no answer in time, an answer that breaks off). Default 2;
    /// range 0 to 10. A stream of which anything was shown is never asked for again.
    /// </summary>
    public int MaxRetries { get; set; } = 2;

    /// <summary>
    /// The longest pause before it is sent again. Default 30 s; range 0 to 10 min. An endpoint that asks for a longer one (Retry-After) is
    /// not asked again.
    /// </summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer, streamed or not, in bytes as they come over the wire. Default 4 MiB; range 1 KiB to 256 MiB. Beyond it: ET7129.</summary>
    public int MaxResponseBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>
    /// The member that bears <c>ChatOptions.MaxOutputTokens</c>. Default <c>max_completion_tokens</c>, as OpenAI's own models want it;
    /// older servers know <c>max_tokens</c> alone.
    /// </summary>
    public string MaxTokensName { get; set; } = "max_completion_tokens";

    /// <summary>
    /// Whether the reasoning of a message with tool calls is sent back with it, as <c>reasoning_content</c>. Default false. DeepSeek's models
    /// refuse the conversation without it while they think; others refuse it with it.
    /// </summary>
    public bool SendReasoning { get; set; }

    internal IReadOnlyList<string> Errors()
    {
        var errors = new List<string>();
        if (Endpoint is not { IsAbsoluteUri: true, Scheme: "http" or "https" }) errors.Add($"{nameof(Endpoint)} is '{Endpoint}'; give an absolute http or https address such as https://api.openai.com/v1.");
        else if (Endpoint.UserInfo.Length > 0) errors.Add($"{nameof(Endpoint)} names a user; use {nameof(Key)}.");
        if (string.IsNullOrWhiteSpace(Model)) errors.Add($"{nameof(Model)} is empty; give the model's name.");
        if (Key is not null && (Key.Length == 0 || !Key.All(c => c is > ' ' and < '\x7f'))) errors.Add($"{nameof(Key)} is empty, or has characters that no header may have; leave it out, or give the key alone.");
        Check(nameof(ResponseTimeout), ResponseTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Check(nameof(StallTimeout), StallTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        if (MaxRetries is < 0 or > 10) errors.Add($"{nameof(MaxRetries)} is {MaxRetries}; allowed are 0 to 10.");
        Check(nameof(MaxRetryDelay), MaxRetryDelay, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        if (MaxResponseBytes is < 1024 or > 256 * 1024 * 1024) errors.Add($"{nameof(MaxResponseBytes)} is {MaxResponseBytes}; allowed are 1,024 to 268,435,456.");
        if (MaxTokensName is not ("max_completion_tokens" or "max_tokens")) errors.Add($"{nameof(MaxTokensName)} is '{MaxTokensName}'; it is max_completion_tokens or max_tokens.");
        return [.. errors.Select(error => "ET7120: " + error)];

        void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most) errors.Add($"{name} is {value}; allowed are {least} to {most}.");
        }
    }
}
