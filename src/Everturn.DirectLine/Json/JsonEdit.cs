using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Everturn.DirectLine.Json;

/// <summary>A change to one member of a JSON object.</summary>
/// <param name="Name">The member's name.</param>
internal abstract record JsonEdit(string Name)
{
    /// <summary>The name as it is written.</summary>
    public JsonEncodedText EncodedName { get; } = JsonEncodedText.Encode(Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);

    /// <summary>Gives the member a value, present or not.</summary>
    public static JsonEdit Set(string name, string value) =>
        new SetEdit(name, Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""));

    /// <summary>Gives the member a value of raw JSON, present or not.</summary>
    public static JsonEdit SetRaw(string name, ReadOnlyMemory<byte> value) => new SetEdit(name, value);

    /// <summary>Takes the member away.</summary>
    public static JsonEdit Remove(string name) => new RemoveEdit(name);

    /// <summary>Changes members of the object that this member holds; makes one when there is none or null; leaves other kinds alone.</summary>
    public static JsonEdit Within(string name, params IReadOnlyList<JsonEdit> edits) => new WithinEdit(name, edits);

    internal sealed record SetEdit(string Name, ReadOnlyMemory<byte> Value) : JsonEdit(Name);

    internal sealed record RemoveEdit(string Name) : JsonEdit(Name);

    internal sealed record WithinEdit(string Name, IReadOnlyList<JsonEdit> Edits) : JsonEdit(Name);
}
