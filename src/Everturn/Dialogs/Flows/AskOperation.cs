using Everturn.Dialogs.Prompts;

namespace Everturn.Dialogs.Flows;

/// <summary>Asks by a prompt, and waits for a good answer.</summary>
/// <param name="prompt">What reads and judges the answers.</param>
/// <param name="options">What it asks.</param>
/// <param name="convert">From what the prompt returns to what the flow gets.</param>
/// <param name="timeout">How long to wait; null for ever.</param>
/// <param name="kind">What kind of answer it is.</param>
/// <param name="name">The question's name or words.</param>
internal sealed class AskOperation<TPrompt, T>(
    Prompt<TPrompt> prompt, PromptOptions options, Func<TPrompt, T> convert, TimeSpan? timeout, string kind, string name)
    : FlowOperation<T>(kind, name)
{
    public override async Task<FlowOutcome<T>> BeginAsync(FlowRun run)
    {
        var turn = run.Dc.Context;
        return new FlowOutcome<T>.Waits(new FlowWaiting
        {
            Op = Kind,
            Key = Key,
            Prompt = await prompt.AskAsync(turn, options, run.CancellationToken),
            Timer = timeout is { } patience ? await turn.ScheduleAsync(patience, FlowTimer.EventName, Key) : null,
        });
    }

    public override async Task<FlowOutcome<T>> ContinueAsync(FlowRun run, FlowWaiting waiting)
    {
        var turn = run.Dc.Context;
        if (waiting.IsTimedOut || FlowTimer.Is(turn, waiting.Timer))
        {
            return new FlowOutcome<T>.TimedOut();
        }

        if (await prompt.JudgeAsync(turn, waiting.Prompt ??= new(), options, run.CancellationToken) is not { } answer)
        {
            return new FlowOutcome<T>.Waits(waiting);
        }

        if (waiting.Timer is { } timer)
        {
            await turn.CancelAsync(timer);
        }

        return new FlowOutcome<T>.Done(convert(answer.Value!));
    }

    public override Task RepromptAsync(FlowRun run, FlowWaiting waiting) =>
        prompt.ShowAsync(run.Dc.Context, waiting.Prompt ??= new(), options, isRetry: false, run.CancellationToken);
}
