namespace AgentBot.Agents;

/// <summary>
/// A tool has refused, and nothing has happened: the model is told why. Any other exception means that the outcome is unknown, but for
/// <see cref="ArgumentException"/>, which is thrown when arguments cannot be read, before the tool is called; so a tool throws none itself.
/// </summary>
internal sealed class ToolException(string message) : Exception(message);
