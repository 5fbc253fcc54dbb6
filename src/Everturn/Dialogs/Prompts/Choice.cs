using System.Text.Json.Serialization;

namespace Everturn.Dialogs.Prompts;

/// <summary>Something that can be chosen.</summary>
public sealed class Choice
{
    /// <summary>For the serializer, and object initializers.</summary>
    public Choice()
    {
    }

    /// <summary>A choice by its value.</summary>
    public Choice(string value) => Value = value;

    /// <summary>What is returned, shown and recognised.</summary>
    public string Value { get; set; } = "";

    /// <summary>Other words by which it is recognised.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<string>? Synonyms { get; set; }
}
