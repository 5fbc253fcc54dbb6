using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Wire;

/// <summary>Puts the tool calls of an answer together, which a stream brings in pieces.</summary>
internal sealed class ToolCallAssembly
{
    /// <summary>Under this name a call's additional properties hold what the server wants back with it.</summary>
    public const string Extra = "extra_content";

    private readonly List<Pieces> _calls = [];

    public void Add(IEnumerable<ToolCall> pieces)
    {
        foreach (var piece in pieces)
        {
            var call = Find(piece);
            if (piece.Id is { Length: > 0 } id) call.Id = id;
            if (piece.ExtraContent is { ValueKind: JsonValueKind.Object } extra) call.Extra = extra;
            // Some servers repeat the name with every piece.
            if (piece.Function?.Name is { Length: > 0 } name) call.Name = name;
            if (piece.Function?.Arguments is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } arguments)
            {
                call.Arguments.Append(arguments.ValueKind is JsonValueKind.String ? arguments.GetString() : arguments.GetRawText());
            }
        }
    }

    /// <summary>The calls, in the order in which they began. One whose arguments are no JSON object has an exception instead of them.</summary>
    /// <param name="answer">The answer's id, from which a call without an id gets one.</param>
    public IReadOnlyList<FunctionCallContent> ToContents(string? answer) =>
        [.. _calls.Select((call, at) => ToContent(call, $"{answer ?? "call"}-{at}"))];

    // By index. Servers that send none begin a call with an id, and continue the last one without. Some send the same one with every call;
    // others, with every piece of one call, a new id: a call begins where both id and name are new.
    private Pieces Find(ToolCall piece)
    {
        var isNamed = !string.IsNullOrEmpty(piece.Id) && !string.IsNullOrEmpty(piece.Function?.Name);
        var call = piece.Index is { } index
            ? _calls.FindLast(known => known.Index == index && (!isNamed || known.Id is null || known.Id == piece.Id))
            : _calls.LastOrDefault(known => string.IsNullOrEmpty(piece.Id) || known.Id == piece.Id);
        if (call is null)
        {
            _calls.Add(call = new Pieces(piece.Index));
        }

        return call;
    }

    private static FunctionCallContent ToContent(Pieces call, string spareId)
    {
        var content = Read(call.Id ?? spareId, call.Name, call.Arguments.ToString());
        if (call.Extra is { } extra)
        {
            content.AdditionalProperties = new() { [Extra] = extra };
        }

        return content;
    }

    private static FunctionCallContent Read(string id, string name, string text)
    {
        try
        {
            // No arguments at all is what some models say to a tool without parameters.
            var arguments = string.IsNullOrWhiteSpace(text) ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(text, AIJsonUtilities.DefaultOptions);
            return arguments is null
                ? new(id, name) { Exception = new JsonException("The arguments are null instead of a JSON object.") }
                : new(id, name, arguments);
        }
        catch (JsonException exception)
        {
            return new(id, name) { Exception = exception };
        }
    }

    private sealed class Pieces(int? index)
    {
        public int? Index { get; } = index;

        public string? Id { get; set; }

        public string Name { get; set; } = "";

        public JsonElement? Extra { get; set; }

        public StringBuilder Arguments { get; } = new();
    }
}
