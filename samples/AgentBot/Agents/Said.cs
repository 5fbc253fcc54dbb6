using System.Text.Json;
using System.Text.Json.Serialization;

namespace AgentBot.Agents;

/// <summary>Who said something.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SaidBy>))]
internal enum SaidBy
{
    User,
    Model,
    Tool,
}

/// <summary>One message between user, model and tools, as it is kept in the state and in the journal.</summary>
/// <param name="By">Who said it.</param>
/// <param name="Text">What was said.</param>
internal sealed record Said(SaidBy By, string Text)
{
    /// <summary>The tools that the model wants to be called.</summary>
    public IReadOnlyList<Call> Calls { get; init; } = [];

    /// <summary>The call whose result this is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CallId { get; init; }
}

/// <summary>The model wants a tool to be called.</summary>
/// <param name="Id">Its id, which the result names.</param>
/// <param name="Tool">The tool's name, which may be of none that there is.</param>
/// <param name="Arguments">Its arguments; null when they cannot be read.</param>
/// <param name="Problem">Why they cannot.</param>
internal sealed record Call(string Id, string Tool, JsonElement? Arguments, string? Problem = null)
{
    /// <summary>What the model's endpoint has added, and wants back with the call.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Extra { get; init; }
}
