using System.Text.Json;
using System.Text.Json.Serialization;
using Everturn.Activities;

namespace Everturn.Dialogs.Prompts;

/// <summary>What a prompt asks. Kept with the conversation, as JSON, while the prompt waits.</summary>
public sealed class PromptOptions
{
    /// <summary>The question; null when it has been asked already.</summary>
    [JsonConverter(typeof(ActivityConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Activity? Prompt { get; set; }

    /// <summary>What to say after an answer of the wrong kind. Default: the question again.</summary>
    [JsonConverter(typeof(ActivityConverter))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Activity? RetryPrompt { get; set; }

    /// <summary>What can be chosen, in order; for choice prompts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public List<Choice>? Choices { get; set; }

    /// <summary>How the choices are shown. Default: as the prompt says.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ListStyle>))]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ListStyle? Style { get; set; }

    /// <summary>Anything for the validator, as JSON.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonElement? Validations { get; set; }
}
