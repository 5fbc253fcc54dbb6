namespace Everturn.Dialogs;

/// <summary>One step of a waterfall. It returns what it began, ended or prompted, or <see cref="Dialog.EndOfTurn"/> to wait.</summary>
public delegate Task<DialogTurnResult> WaterfallStep(WaterfallStepContext step, CancellationToken cancellationToken);
