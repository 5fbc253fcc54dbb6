using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Dialogs;

/// <summary>Finds, in a stored stack, the questions that wait for an answer.</summary>
internal static class OpenQuestion
{
    /// <summary>
    /// Whether the activity answers a question that is not, or not just now, open. The timer of a question that another dialog
    /// covers is noted in its flow, which goes on when it is uncovered.
    /// </summary>
    public static bool IsForAnother(DialogState stack, TurnContext turn)
    {
        if (FlowTimer.Is(turn.Activity))
        {
            var found = Flows(stack, isActive: true).FirstOrDefault(flow => FlowTimer.Is(turn, flow.Waiting.Timer));
            if (found is { IsActive: false })
            {
                found.Waiting.IsTimedOut = true;
            }

            return found is not { IsActive: true };
        }

        return PromptStamp.Of(turn.Activity) is { } stamp && stamp != ActivePrompt(stack);
    }

    /// <summary>Cancels the timers of all questions of the stack.</summary>
    public static async Task CancelTimersAsync(DialogState stack, TurnContext turn)
    {
        foreach (var timer in Flows(stack, isActive: true).Select(flow => flow.Waiting.Timer).OfType<string>())
        {
            await turn.CancelAsync(timer);
        }
    }

    private static string? ActivePrompt(DialogState stack)
    {
        while (stack.Stack is [var active, ..])
        {
            if (active.State.Get<DialogState>(ComponentDialog.StackName) is { } inner)
            {
                stack = inner;
            }
            else if (active.State.Get<FlowRecord>(FlowRecord.Name)?.Waiting is not { } waiting)
            {
                return active.State.Get<PromptState>(PromptState.Name)?.Stamp;
            }
            else if (waiting.Dialogs is { } called)
            {
                stack = called;
            }
            else
            {
                return waiting.Prompt?.Stamp;
            }
        }

        return null;
    }

    private static IEnumerable<WaitingFlow> Flows(DialogState stack, bool isActive)
    {
        foreach (var instance in stack.Stack)
        {
            var isTop = isActive && instance == stack.Stack[0];
            var inner = instance.State.Get<DialogState>(ComponentDialog.StackName);
            if (instance.State.Get<FlowRecord>(FlowRecord.Name)?.Waiting is { } waiting)
            {
                yield return new(waiting, isTop);
                inner = waiting.Dialogs;
            }

            if (inner is not null)
            {
                foreach (var flow in Flows(inner, isTop))
                {
                    yield return flow;
                }
            }
        }
    }

    private sealed record WaitingFlow(FlowWaiting Waiting, bool IsActive);
}
