namespace Everturn.Language;

/// <summary>An intent with its score.</summary>
/// <param name="Name">The intent's name in the project.</param>
/// <param name="Score">How sure the recognizer is, 0 to 1. Scores of different recognizers do not compare.</param>
public sealed record RecognizedIntent(string Name, double Score);
