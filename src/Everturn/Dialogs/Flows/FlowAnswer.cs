namespace Everturn.Dialogs.Flows;

/// <summary>An answer that may not have come.</summary>
/// <param name="IsAnswered">Whether it came in time.</param>
/// <param name="Value">The answer; the type's default when it did not come.</param>
public readonly record struct FlowAnswer<T>(bool IsAnswered, T? Value);
