using System.Globalization;
using System.Runtime.CompilerServices;
using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>
/// Names the steps of one turn. A step's name stands for its call, so a flow that comes to the same step twice in a turn, in a loop
/// or by beginning anew, needs a second name for it.
/// </summary>
/// <remarks>
/// The place within the flow is not part of the name: a turn that runs again on newer state may come to the same step at another
/// place, and must not call again. Only calls that returned are counted: one that is tried again keeps its key.
/// </remarks>
internal static class TurnSteps
{
    private static readonly ConditionalWeakTable<TurnContext, Taken> Turns = [];

    public static string NextName(TurnContext turn, string step)
    {
        var before = Of(turn).Returned.GetValueOrDefault(step);
        return before == 0 ? step : string.Create(CultureInfo.InvariantCulture, $"{step}~{before}");
    }

    public static void Return(TurnContext turn, string step)
    {
        var returned = Of(turn).Returned;
        returned[step] = returned.GetValueOrDefault(step) + 1;
    }

    /// <summary>A value was found that only this node knows.</summary>
    /// <param name="turn">The turn.</param>
    /// <param name="write">Writes it to the journal.</param>
    public static void OweJournal(TurnContext turn, Func<CancellationToken, Task> write) => Of(turn).Owed.Enqueue(write);

    /// <summary>Writes to the journal what was found so far: a call is about to be made.</summary>
    public static async Task JournalFoundAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        while (Of(turn).Owed.TryDequeue(out var write))
        {
            await write(cancellationToken);
        }
    }

    private static Taken Of(TurnContext turn) => Turns.GetValue(turn, _ => new());

    private sealed class Taken
    {
        /// <summary>By step: how many of its calls returned.</summary>
        public Dictionary<string, int> Returned { get; } = new(StringComparer.Ordinal);

        /// <summary>What was found and is not in the journal.</summary>
        public Queue<Func<CancellationToken, Task>> Owed { get; } = [];
    }
}
