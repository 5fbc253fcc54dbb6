using System.Collections.Concurrent;
using Everturn.Turns;

namespace Everturn.AspNetCore.Tests.Inbound;

/// <summary>An engine that answers what a test says, and keeps what it was given.</summary>
internal sealed class ScriptedEngine(Func<InboundActivity, TurnOutcome> outcome) : ITurnEngine
{
    public ConcurrentQueue<InboundActivity> Inbound { get; } = new();

    public ValueTask<TurnOutcome> ProcessAsync(InboundActivity inbound, CancellationToken cancellationToken)
    {
        Inbound.Enqueue(inbound);
        return new(outcome(inbound));
    }
}
