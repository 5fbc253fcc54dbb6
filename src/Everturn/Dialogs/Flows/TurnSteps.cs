using System.Globalization;
using System.Runtime.CompilerServices;
using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>
/// Tells the steps of one turn apart when a flow comes to the same place twice in it, by beginning anew or by being begun again: a
/// step's name stands for its call.
/// </summary>
internal static class TurnSteps
{
    private static readonly ConditionalWeakTable<TurnContext, Dictionary<string, int>> Used = [];

    public static string NameOnce(TurnContext turn, string name)
    {
        var counts = Used.GetValue(turn, _ => new(StringComparer.Ordinal));
        var before = counts.GetValueOrDefault(name);
        counts[name] = before + 1;
        return before == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}~{before}");
    }
}
