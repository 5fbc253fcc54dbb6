namespace Everturn.Dialogs.Prompts;

/// <summary>Judges an answer: true ends the prompt with it, false asks again. It is called for answers that were not recognised, too.</summary>
public delegate Task<bool> PromptValidator<T>(PromptValidatorContext<T> prompt, CancellationToken cancellationToken);
