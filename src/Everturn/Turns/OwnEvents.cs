using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>Events with which the engine itself begins turns. No channel knows them, so nothing that is sent can answer them.</summary>
internal static class OwnEvents
{
    public const string TimerPrefix = "timer-";

    public const string ContinuationPrefix = "continue-";

    public static bool Is(Activity activity) => activity is { Type: ActivityTypes.Event, Id: { } id }
        && (id.StartsWith(TimerPrefix, StringComparison.Ordinal) || id.StartsWith(ContinuationPrefix, StringComparison.Ordinal));
}
