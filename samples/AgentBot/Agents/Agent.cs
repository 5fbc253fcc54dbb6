using Everturn.Turns;

namespace AgentBot.Agents;

/// <summary>
/// A language model with tools, as one turn: it is asked, its tools are called, it is asked again, until it answers in words. Each
/// answer of the model and each result of a tool is a durable step, named by its place in the turn. So a node that takes the
/// turn over goes the same way as the one before it, up to the step at which that one died.
/// </summary>
internal sealed class Agent(ModelCaller model, Toolbox tools, AgentOptions options)
{
    /// <summary>The longest reply, in characters: all that the model has said in the turn. The rest is cut.</summary>
    public const int MaxWords = 20_000;

    private const string State = "history";
    private const string BetweenAnswers = "\n\n";

    /// <summary>Forgets what was said in the conversation.</summary>
    public static void Forget(TurnContext turn) => turn.ConversationState.Remove(State);

    /// <summary>Answers what the user said, with the conversation so far in mind. The words are shown as they come.</summary>
    public async Task AnswerAsync(TurnContext turn, string text, CancellationToken cancellationToken)
    {
        var history = turn.ConversationState.GetOrCreate(State, () => new History());
        var exchange = history.Begin(text);
        var stream = turn.BeginStream();
        for (var round = 1; round <= options.MaxRounds; round++)
        {
            // In the last round it may call nothing, so that it must say something.
            var mayCall = round < options.MaxRounds;
            var shown = stream.Text.Length;
            var answer = await turn.OnceAsync(
                $"model-{round}", token => model.AskAsync(history, mayCall, stream, token), cancellationToken: cancellationToken);
            exchange.Add(answer);
            if (stream.Text.Length == shown)
            {
                // The model was asked by another node.
                await stream.AppendAsync(answer.Text, cancellationToken);
            }

            if (answer.Calls.Count == 0)
            {
                break;
            }

            await stream.AppendAsync(answer.Text.Length > 0 ? BetweenAnswers : "", cancellationToken);
            for (var number = 1; number <= answer.Calls.Count; number++)
            {
                var call = answer.Calls[number - 1];
                var step = $"tool-{round}-{number}";
                await stream.SayAsync($"{call.Tool} ...", cancellationToken);
                var result = await turn.OnceAsync(
                    step, token => tools.CallAsync(call, new(turn.IdempotencyKey(step)), token), cancellationToken: cancellationToken);
                exchange.Add(new Said(SaidBy.Tool, result) { CallId = call.Id });
            }
        }

        exchange.End();
        var words = string.Join(BetweenAnswers, exchange.Words);
        history.Trim(options.HistoryExchanges, options.HistoryBytes);
        await stream.EndAsync(MessageFactory.Text(Words.Cut(words, MaxWords)), cancellationToken);
    }
}
