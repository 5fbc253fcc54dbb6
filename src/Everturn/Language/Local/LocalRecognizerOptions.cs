namespace Everturn.Language.Local;

/// <summary>Settings of a <see cref="LocalRecognizer"/>.</summary>
public sealed class LocalRecognizerOptions
{
    /// <summary>The recognizer's name. Default <c>local</c>.</summary>
    public string Name { get; set; } = "local";

    /// <summary>
    /// Below which score of the best intent the answer is <c>None</c>, 0 to 1. Default null: the project's <c>confidenceThreshold</c>.
    /// </summary>
    public double? ConfidenceThreshold { get; set; }
}
