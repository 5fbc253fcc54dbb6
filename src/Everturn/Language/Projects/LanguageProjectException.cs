namespace Everturn.Language.Projects;

/// <summary>An intents file cannot be read (ET1120), or its contents are wrong (ET1121); the message names every place.</summary>
/// <param name="message">Begins with the error's code.</param>
/// <param name="inner">The cause, when there is one.</param>
public sealed class LanguageProjectException(string message, Exception? inner = null) : Exception(message, inner);
