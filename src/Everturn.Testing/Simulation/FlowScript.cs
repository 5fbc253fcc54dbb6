namespace Everturn.Testing.Simulation;

/// <summary>What a conversation of flows must say, turn by turn: the flow of <see cref="SimulatedFlows"/> as a state machine written by hand.</summary>
internal sealed class FlowScript
{
    private readonly List<string> _answers = [];
    private string? _talk;
    private int _question;

    /// <summary>The flow that goes on; null when none does.</summary>
    public string? Open => _talk;

    private string Question => SimulatedFlows.Question(_talk!, _question);

    /// <summary>Takes the next turn.</summary>
    /// <param name="token">What the turn was told.</param>
    /// <returns>What it must say; null when it is the timer of a question that is not open any more.</returns>
    public FlowLine? Next(string token)
    {
        if (token.EndsWith($"/{SimulatedFlows.Timed}", StringComparison.Ordinal))
        {
            // The timer of a question.
            return _talk is not null && token == Question ? Answered(SimulatedFlows.NoAnswer) : null;
        }

        if (_talk is null)
        {
            (_talk, _question) = (SimulatedFlows.Talk(token), SimulatedFlows.First);
            _answers.Clear();
            return new FlowLine(Question);
        }

        return SimulatedFlows.IsAnswer(token, Question) ? Answered(token) : new FlowLine(SimulatedFlows.Again(Question));
    }

    private FlowLine Answered(string answer)
    {
        _answers.Add(answer);
        if (_question == SimulatedFlows.Last)
        {
            var end = new FlowLine(SimulatedFlows.End(_talk!, _answers), "last", 1, 1);
            _talk = null;
            return end;
        }

        _question++;
        return _question switch
        {
            2 or 4 => new FlowLine(Question, "first", 1, 1),
            SimulatedFlows.Last => new FlowLine(Question, "again", 0, 2),
            _ => new FlowLine(Question),
        };
    }
}

/// <summary>What one turn of a flow says.</summary>
/// <param name="Head">How it begins.</param>
/// <param name="Step">The step whose results follow; null when none do.</param>
/// <param name="Least">How many at least.</param>
/// <param name="Most">How many at most.</param>
internal sealed record FlowLine(string Head, string? Step = null, int Least = 0, int Most = 0);
