namespace Everturn.Dialogs;

/// <summary>What a dialog came to in a turn.</summary>
/// <param name="Status">Whether it waits or has ended.</param>
/// <param name="Result">What it returned; null unless the status is <see cref="DialogTurnStatus.Complete"/>.</param>
public sealed record DialogTurnResult(DialogTurnStatus Status, object? Result = null);
