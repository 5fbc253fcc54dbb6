namespace Everturn.Turns;

/// <summary>Stands around the steps of a node's turns: for tests of bots, in which nodes die there.</summary>
internal interface IStepGuard
{
    /// <summary>Around a whole step: its call, if there is one, and the journal.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="step">Returns the step's result.</param>
    Task<ReadOnlyMemory<byte>> StepAsync(string name, Func<Task<ReadOnlyMemory<byte>>> step);

    /// <summary>Around the call alone.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="call">Makes the call.</param>
    Task<ReadOnlyMemory<byte>> CallAsync(string name, Func<Task<ReadOnlyMemory<byte>>> call);
}
