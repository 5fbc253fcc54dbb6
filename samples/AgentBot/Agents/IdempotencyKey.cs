namespace AgentBot.Agents;

/// <summary>
/// A parameter of a tool that the model does not see: the same for each repetition of a call, so that the other side can tell one.
/// </summary>
internal readonly record struct IdempotencyKey(string Value);
