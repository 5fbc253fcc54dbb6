using System.Globalization;
using System.Text;
using System.Text.Json;
using Everturn.Turns;
using Microsoft.Extensions.AI;

namespace AgentBot.Agents;

/// <summary>Asks the model, and makes of its answer what fits into a step.</summary>
internal sealed partial class ModelCaller(IChatClient client, Toolbox tools, string instructions, ILogger<ModelCaller> logger)
{
    /// <summary>The longest text of an answer, in characters; the rest is cut.</summary>
    public const int MaxText = 6000;

    /// <summary>The most calls of one answer; the others are left out.</summary>
    public const int MaxCalls = 4;

    /// <summary>The largest arguments of a call, in bytes of JSON; larger ones are refused, and the model is told.</summary>
    public const int MaxArguments = 2000;

    /// <summary>The largest addition of the endpoint to a call, in bytes of JSON; a larger one is left out.</summary>
    public const int MaxExtra = 4000;

    private const int MaxName = 64;
    private const string Extra = "extra_content";

    /// <summary>
    /// The model's answer to the conversation. What it throws becomes an answer too: the turn goes on, and keeps what the tools have
    /// done so far.
    /// </summary>
    /// <param name="history">The conversation.</param>
    /// <param name="mayCall">Whether it may have tools called.</param>
    /// <param name="stream">Shows its words as they come.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<Said> AskAsync(History history, bool mayCall, TurnStream stream, CancellationToken cancellationToken)
    {
        try
        {
            var updates = new List<ChatResponseUpdate>();
            await foreach (var update in client.GetStreamingResponseAsync(ToMessages(history), NewOptions(history, mayCall), cancellationToken))
            {
                await stream.AppendAsync(update.Text, cancellationToken);
                updates.Add(update);
            }

            var response = updates.ToChatResponse();
            return new Said(SaidBy.Model, TextOf(response)) { Calls = [.. CallsOf(response)] };
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, exception);
            return new Said(SaidBy.Model, "I cannot reach my language model just now, so I stop here. What I have done so far stands. Ask again later; if that does not help, say: start over");
        }
    }

    private ChatOptions NewOptions(History history, bool mayCall) => new()
    {
        Instructions = history.Forgotten == 0 ? instructions
            : string.Create(CultureInfo.InvariantCulture, $"{instructions} The first {history.Forgotten} exchanges of this conversation are not shown to you any more."),
        Tools = [.. tools.Declarations],
        ToolMode = mayCall ? ChatToolMode.Auto : ChatToolMode.None,
    };

    private static IEnumerable<ChatMessage> ToMessages(History history) =>
        history.Exchanges.SelectMany(exchange => exchange.Messages).Select(said => said.By switch
        {
            SaidBy.User => new ChatMessage(ChatRole.User, said.Text),
            SaidBy.Tool => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(said.CallId!, said.Text)]),
            _ => new ChatMessage(ChatRole.Assistant, [.. TextOf(said), .. said.Calls.Select(ToContent)]),
        });

    private static IEnumerable<AIContent> TextOf(Said said) => said.Text.Length > 0 ? [new TextContent(said.Text)] : [];

    private static FunctionCallContent ToContent(Call call) =>
        new(call.Id, call.Tool, call.Arguments?.EnumerateObject().ToDictionary(argument => argument.Name, argument => (object?)argument.Value, StringComparer.Ordinal))
        {
            AdditionalProperties = call.Extra is { } extra ? new() { [Extra] = extra } : null,
        };

    private static string TextOf(ChatResponse response)
    {
        var text = new StringBuilder();
        foreach (var content in response.Messages.SelectMany(message => message.Contents))
        {
            text.Append(content switch
            {
                TextContent said => said.Text,
                ErrorContent refusal => refusal.Message,
                _ => "",
            });
        }

        if (response.FinishReason == ChatFinishReason.ContentFilter) text.Append(" (a filter has stopped this answer)");
        if (response.FinishReason == ChatFinishReason.Length) text.Append(" (cut: the model had no room for more)");
        return Words.Cut(text.ToString().Trim(), MaxText);
    }

    private static IEnumerable<Call> CallsOf(ChatResponse response)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Take(MaxCalls).Select(call => ToCall(call, IdOf(call, ids)));
    }

    // The result of a call names it by its id, so each has its own.
    private static string IdOf(FunctionCallContent call, HashSet<string> taken)
    {
        var given = call.CallId is { Length: > 0 and <= MaxName } ? call.CallId : "call";
        var id = given;
        for (var number = 2; !taken.Add(id); number++) id = string.Create(CultureInfo.InvariantCulture, $"{given}-{number}");
        return id;
    }

    private static Call ToCall(FunctionCallContent call, string id)
    {
        var name = NameOf(call.Name);
        if (call.Exception is { } exception)
        {
            return new(id, name, Arguments: null, $"The arguments are no JSON object: {Words.Cut(exception.Message, 200)}");
        }

        var arguments = JsonSerializer.SerializeToElement(call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal), JsonSerializerOptions.Web);
        var known = SizeOf(arguments) <= MaxArguments
            ? new Call(id, name, arguments)
            : new(id, name, Arguments: null, $"The arguments have {SizeOf(arguments)} bytes; at most {MaxArguments} are taken.");
        return call.AdditionalProperties?.TryGetValue(Extra, out JsonElement extra) is true && SizeOf(extra) <= MaxExtra ? known with { Extra = extra } : known;
    }

    // A model can make names up, and endpoints refuse a conversation in which a name has other characters than these.
    private static string NameOf(string name) => name.Length == 0 ? "nameless" : string.Create(Math.Min(name.Length, MaxName), name, (characters, given) =>
    {
        for (var at = 0; at < characters.Length; at++)
        {
            characters[at] = char.IsAsciiLetterOrDigit(given[at]) || given[at] is '_' or '-' ? given[at] : '_';
        }
    });

    private static int SizeOf(JsonElement json) => JsonSerializer.SerializeToUtf8Bytes(json, JsonSerializerOptions.Web).Length;

    [LoggerMessage(1, LogLevel.Error, "The model failed.")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
