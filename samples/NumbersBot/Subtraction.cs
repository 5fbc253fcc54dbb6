using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Turns;

namespace NumbersBot;

/// <summary>Asks for two numbers and subtracts the second from the first, by one of two dialogs that say the same.</summary>
internal abstract class Subtraction(Dialog dialog) : DialogBot(dialog)
{
    protected override Task OnMembersAddedAsync(
        IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken) =>
        RunAsync(turn, cancellationToken);
}

/// <summary>With the steps of a waterfall.</summary>
internal sealed class WaterfallSubtraction() : Subtraction(new SubtractionWaterfall());

/// <summary>With one async method.</summary>
internal sealed class FlowSubtraction() : Subtraction(new SubtractionFlow());
