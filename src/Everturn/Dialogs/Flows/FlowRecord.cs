using System.Text.Json;
using System.Text.Json.Serialization;
using Everturn.Dialogs.Prompts;

namespace Everturn.Dialogs.Flows;

/// <summary>What a conversation keeps of a flow: enough to run its method again up to the question that waits.</summary>
internal sealed class FlowRecord
{
    public const string Name = "flow";

    /// <summary>What the flow was begun with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Input { get; set; }

    /// <summary>The results of its operations, in order.</summary>
    public List<FlowEntry> History { get; set; } = [];

    /// <summary>The operation behind the last result, which waits for the user; null while none does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public FlowWaiting? Waiting { get; set; }

    /// <summary>By name: the versions of its code that it goes on with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, int>? Versions { get; set; }
}

/// <summary>The result of one operation.</summary>
internal sealed class FlowEntry
{
    /// <summary>Its kind.</summary>
    public string Op { get; set; } = "";

    /// <summary>Its name, or the beginning of its words.</summary>
    public string Key { get; set; } = "";

    /// <summary>What it returned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Value { get; set; }

    /// <summary>What its call threw, in words; null when it returned.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Failed { get; set; }

    /// <summary>Whether nobody answered in time.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsTimeout { get; set; }

    /// <summary>Whether the dialog that was called was cancelled.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsCancelled { get; set; }

    public override string ToString() => $"{Op} '{Key}'";
}

/// <summary>An operation that waits.</summary>
internal sealed class FlowWaiting
{
    public string Op { get; set; } = "";

    public string Key { get; set; } = "";

    /// <summary>Of a question: how often it was answered.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PromptState? Prompt { get; set; }

    /// <summary>Of a question with a timeout: its timer.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Timer { get; set; }

    /// <summary>Whether the timer has fired while another dialog stood above the flow.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsTimedOut { get; set; }

    /// <summary>Of a dialog that the flow called: its stack.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DialogState? Dialogs { get; set; }

    public override string ToString() => $"{Op} '{Key}'";
}
