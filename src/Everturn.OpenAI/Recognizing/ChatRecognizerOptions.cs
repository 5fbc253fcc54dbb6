using Microsoft.Extensions.Options;

namespace Everturn.OpenAI.Recognizing;

/// <summary>Settings of a <see cref="ChatRecognizer"/>.</summary>
public sealed class ChatRecognizerOptions
{
    /// <summary>The recognizer's name. Default <c>chat</c>; give each its own when a bot has several.</summary>
    public string Name { get; set; } = "chat";

    /// <summary>
    /// How long the model may take, its client's repetitions included. Default 8 s; range 100 ms to 10 min. Keep it below the deadline
    /// of a turn; then the fallback answers.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// How many utterances of each intent the model is shown. Default 8; range 0 to 100. They are spread over the file, so that they show its
    /// languages. More cost more with every message.
    /// </summary>
    public int ExamplesPerIntent { get; set; } = 8;

    /// <summary>The model's temperature. Default null: none is sent, since some models take none.</summary>
    public float? Temperature { get; set; }

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100) errors.Add($"{nameof(Name)} is '{Name}'; it must have 1 to 100 characters.");
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromMinutes(10)) errors.Add($"{nameof(Timeout)} is {Timeout}; allowed are 100 ms to 10 min.");
        if (ExamplesPerIntent is < 0 or > 100) errors.Add($"{nameof(ExamplesPerIntent)} is {ExamplesPerIntent}; allowed are 0 to 100.");
        if (Temperature is not (null or (>= 0 and <= 2))) errors.Add($"{nameof(Temperature)} is {Temperature}; allowed are 0 to 2.");
        if (errors.Count > 0) throw new OptionsValidationException(nameof(ChatRecognizerOptions), typeof(ChatRecognizerOptions), errors.Select(error => "ET7101: " + error));
    }
}
