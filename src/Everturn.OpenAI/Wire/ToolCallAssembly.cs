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
            if (call is null) _calls.Add(call = new Pieces(piece.Index));
            if (piece.Id.Length > 0) call.Id = piece.Id;
            if (piece.Extra is { } extra) call.Extra = extra;
            // Some servers repeat the name with every piece.
            if (piece.Name.Length > 0) call.Name = piece.Name;
            call.Arguments.Append(piece.Arguments);
        }
    }

    /// <summary>
    /// The calls, in the order in which they began, each with an id of its own. One whose arguments are no JSON object has an exception instead
    /// of them.
    /// </summary>
    /// <param name="answer">The answer's id, from which a call without an id gets one.</param>
    public IReadOnlyList<FunctionCallContent> ToContents(string? answer)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        return [.. _calls.Select((call, at) => ToContent(call, Unique(call.Id.Length > 0 ? call.Id : $"{answer ?? "call"}-{at}")))];

        // The result of a call names it by its id.
        string Unique(string id)
        {
            var unique = id;
            for (var number = 2; !ids.Add(unique); number++) unique = $"{id}-{number}";
            return unique;
        }
    }

    // By index. Servers that send none begin a call with an id, and continue the last one without. Some send the same one with every call;
    // others, with every piece of one call, a new id: a call begins where both id and name are new.
    private Pieces? Find(ToolCall piece)
    {
        var isNamed = piece.Id.Length > 0 && piece.Name.Length > 0;
        var call = piece.Index is { } index
            ? _calls.FindLast(known => known.Index == index && (!isNamed || known.Id.Length == 0 || known.Id == piece.Id))
            : _calls.FindLast(known => piece.Id.Length == 0 || known.Id == piece.Id);
        return call is not null && Begins(piece, call) ? null : call;
    }

    // Without an id, another name begins a call, and so does the same one with arguments for a call that has them all.
    private static bool Begins(ToolCall piece, Pieces known) => piece.Id.Length == 0 && piece.Name.Length > 0 && known.Name.Length > 0
        && (piece.Name != known.Name || (!string.IsNullOrWhiteSpace(piece.Arguments) && known.HasAllArguments));

    private static FunctionCallContent ToContent(Pieces call, string id)
    {
        var content = Read(id, call.Name, call.Arguments.ToString());
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
            var arguments = string.IsNullOrWhiteSpace(text) ? [] : JsonSerializer.Deserialize<Dictionary<string, object?>>(Lenient.Whole(text), AIJsonUtilities.DefaultOptions);
            return arguments is null
                ? new(id, name) { Exception = new JsonException("The arguments are null instead of a JSON object.") }
                : new(id, name, arguments);
        }
        catch (JsonException exception)
        {
            return new(id, name) { Exception = exception };
        }
    }

    private sealed class Pieces(long? index)
    {
        public long? Index { get; } = index;

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public JsonElement? Extra { get; set; }

        public StringBuilder Arguments { get; } = new();

        public bool HasAllArguments => Arguments is { Length: > 0 } && Arguments[^1] is '}' && Read(Id, Name, Arguments.ToString()).Exception is null;
    }
}
