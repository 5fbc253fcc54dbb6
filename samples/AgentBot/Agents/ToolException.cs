namespace AgentBot.Agents;

/// <summary>A tool has refused, and nothing has happened: the model is told why. Any other exception means that the outcome is unknown.</summary>
internal sealed class ToolException(string message) : Exception(message);
