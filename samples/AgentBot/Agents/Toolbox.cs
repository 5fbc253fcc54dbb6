using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AgentBot.Agents;

/// <summary>The tools that a model may call. Whatever goes wrong with a call is told to the model, never thrown at the user.</summary>
internal sealed partial class Toolbox(IEnumerable<AIFunction> tools, AgentOptions options, TimeProvider time, ILogger<Toolbox> logger)
{
    /// <summary>The longest result that the model is shown, in characters; the rest is cut.</summary>
    public const int MaxResult = 2000;

    private const int Attempts = 3;

    private readonly Dictionary<string, AIFunction> _tools = tools.ToDictionary(tool => tool.Name, StringComparer.Ordinal);

    public IEnumerable<AIFunctionDeclaration> Declarations => _tools.Values;

    /// <summary>A tool of a method. The model is shown its parameters, except for the <see cref="IdempotencyKey"/> and the token.</summary>
    public static AIFunction Of(string name, Delegate method) => AIFunctionFactory.Create(method, new AIFunctionFactoryOptions
    {
        Name = name,
        ConfigureParameterBinding = parameter => parameter.ParameterType == typeof(IdempotencyKey)
            ? new() { ExcludeFromSchema = true, BindParameter = (_, arguments) => arguments.Context![typeof(IdempotencyKey)] }
            : default,
    });

    /// <summary>Calls a tool, and says what the model is to be told of it.</summary>
    /// <remarks>
    /// A call of unknown outcome is made again under the same key. If it stays unknown the model must not try: its next call is
    /// another step, with another key.
    /// </remarks>
    public async Task<string> CallAsync(Call call, IdempotencyKey key, CancellationToken cancellationToken)
    {
        if (!_tools.TryGetValue(call.Tool, out var tool))
        {
            return $"Error: there is no tool '{call.Tool}'. There are: {string.Join(", ", _tools.Keys)}.";
        }

        if (call.Arguments is not { } given)
        {
            return $"Error: {call.Problem}";
        }

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Words.Cut(await InvokeAsync(tool, given, key, cancellationToken), MaxResult);
            }
            catch (Exception exception) when (exception is ToolException or ArgumentException or JsonException)
            {
                // An argument that is missing or of another type is found before the tool is called.
                return Words.Cut($"Error: {exception.Message}", MaxResult);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                LogFailed(logger, call.Tool, attempt, exception);
                if (attempt == Attempts)
                {
                    return "Error: the tool did not answer, and it is not known whether it has done anything. Do not call it again; tell the user.";
                }
            }

            await Task.Delay(options.ToolRetryDelay, time, cancellationToken);
        }
    }

    private static async Task<string> InvokeAsync(AIFunction tool, JsonElement given, IdempotencyKey key, CancellationToken cancellationToken)
    {
        var arguments = new AIFunctionArguments(StringComparer.Ordinal) { Context = new Dictionary<object, object?> { [typeof(IdempotencyKey)] = key } };
        foreach (var argument in given.EnumerateObject())
        {
            arguments[argument.Name] = argument.Value;
        }

        var result = await tool.InvokeAsync(arguments, cancellationToken);
        return result switch
        {
            null => "Done.",
            string text => text,
            JsonElement { ValueKind: JsonValueKind.String } text => text.GetString()!,
            _ => JsonSerializer.Serialize(result, JsonSerializerOptions.Web),
        };
    }

    [LoggerMessage(2, LogLevel.Warning, "The tool {Tool} failed, at attempt {Attempt}; its outcome is unknown.")]
    private static partial void LogFailed(ILogger logger, string tool, int attempt, Exception exception);
}
