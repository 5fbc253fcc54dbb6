namespace Everturn.Language;

/// <summary>Something that the user named.</summary>
/// <param name="Category">The entity's name in the project.</param>
/// <param name="Text">The words, as they stand in the text.</param>
/// <param name="Offset">Where they begin, in UTF-16 characters: an index into the .NET string.</param>
/// <param name="Length">How long they are, in UTF-16 characters.</param>
/// <param name="Confidence">How sure the recognizer is, 0 to 1.</param>
/// <param name="Resolution">What they stand for: the key of a list's entry or of a regular expression, or a number in digits; null when nothing says.</param>
public sealed record RecognizedEntity(string Category, string Text, int Offset, int Length, double Confidence, string? Resolution = null);
