using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Dialogs;

/// <summary>What dialogs log. Event ids 1100 to 1199.</summary>
internal sealed partial class DialogLog(ILogger logger)
{
    public static DialogLog Of(TurnContext turn) => new(turn.Services.GetRequiredService<ILogger<DialogLog>>());

    [LoggerMessage(1101, LogLevel.Warning, "ET1119: the dialogs of conversation {Conversation} in state '{StateName}' are dropped, and the root begins anew: the code does not know '{Dialog}' any more, or not in that shape. BrokenStackPolicy.Error keeps them.")]
    public partial void StackDropped(string conversation, string stateName, string dialog);

    [LoggerMessage(1102, LogLevel.Warning, "ET1119: the flow '{Dialog}' of conversation {Conversation} begins anew: at position {Position} it had recorded {Recorded}, now {Now}. FlowChangePolicy.Error keeps it.")]
    public partial void FlowRestarted(string dialog, string conversation, int position, string recorded, string now);
}
