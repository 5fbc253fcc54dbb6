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
    private static readonly ConditionalWeakTable<TurnContext, Dictionary<string, int>> Returned = [];

    public static string NextName(TurnContext turn, string step)
    {
        var before = Of(turn).GetValueOrDefault(step);
        return before == 0 ? step : string.Create(CultureInfo.InvariantCulture, $"{step}~{before}");
    }

    public static void Return(TurnContext turn, string step) => Of(turn)[step] = Of(turn).GetValueOrDefault(step) + 1;

    private static Dictionary<string, int> Of(TurnContext turn) => Returned.GetValue(turn, _ => new(StringComparer.Ordinal));
}
