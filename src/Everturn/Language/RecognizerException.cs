namespace Everturn.Language;

/// <summary>A recognizer could not answer, and nothing could take its place.</summary>
/// <param name="message">Begins with the error's code.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class RecognizerException(string message, Exception? inner = null) : Exception(message, inner);
