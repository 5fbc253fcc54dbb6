using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Flows;

/// <summary>The event that ends a flow's wait for an answer.</summary>
public static class FlowTimer
{
    /// <summary>The event's name.</summary>
    public const string EventName = "everturn.flow.timeout";

    /// <summary>Whether the activity is such an event: give it to the root dialog as you do messages.</summary>
    public static bool Is(Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return activity.Type == ActivityTypes.Event && activity.Name == EventName;
    }

    internal static bool Is(TurnContext turn, string? timer) => timer is not null && turn.IsUnasked && Is(turn.Activity) && turn.Activity.Id == timer;
}
