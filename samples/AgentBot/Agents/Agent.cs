using Everturn.Turns;

namespace AgentBot.Agents;

/// <summary>
/// A language model with tools, as one turn: it is asked, its tools are called, it is asked again, until it answers in words. Each
/// answer of the model and each result of a tool is a durable step, named by its place in the turn. So a node that takes the
/// turn over goes the same way as the one before it, up to the step at which that one died.
/// </summary>
internal sealed class Agent(ModelCaller model, Toolbox tools, AgentOptions options)
{
    private const string State = "history";

    /// <summary>The agent's answer to what the user said, with the conversation so far in mind.</summary>
    public async Task<string> AnswerAsync(TurnContext turn, string text, CancellationToken cancellationToken)
    {
        var history = turn.ConversationState.GetOrCreate(State, () => new History());
        var exchange = history.Begin(text);
        for (var round = 1; round <= options.MaxRounds; round++)
        {
            await turn.SendTypingAsync(cancellationToken);
            // In the last round it may call nothing, so that it must say something.
            var mayCall = round < options.MaxRounds;
            var answer = await turn.OnceAsync(
                $"model-{round}", token => model.AskAsync(history, mayCall, token), cancellationToken: cancellationToken);
            exchange.Add(answer);
            if (answer.Calls.Count == 0)
            {
                break;
            }

            for (var number = 1; number <= answer.Calls.Count; number++)
            {
                var call = answer.Calls[number - 1];
                var step = $"tool-{round}-{number}";
                var result = await turn.OnceAsync(
                    step, token => tools.CallAsync(call, new(turn.IdempotencyKey(step)), token), cancellationToken: cancellationToken);
                exchange.Add(new Said(SaidBy.Tool, result) { CallId = call.Id });
            }
        }

        var last = exchange.End();
        history.Trim(options.HistoryExchanges, options.HistoryBytes);
        return last;
    }
}
