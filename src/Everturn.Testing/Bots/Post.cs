using Everturn.Turns;

namespace Everturn.Testing.Bots;

/// <summary>An activity on its way to a node, and its answer back.</summary>
internal sealed class Post(InboundActivity inbound)
{
    private volatile TurnOutcome? _outcome;

    public InboundActivity Inbound { get; } = inbound;

    /// <summary>The node that has it.</summary>
    public BotNode? Node { get; set; }

    /// <summary>The answer; null while there is none.</summary>
    public TurnOutcome? Outcome
    {
        get => _outcome;
        set => _outcome = value;
    }
}
