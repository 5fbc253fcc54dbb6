using Everturn.Dialogs;

namespace NumbersBot;

/// <summary>
/// Asks for two numbers and subtracts the second from the first, with the steps of a waterfall. As in Microsoft's sample 42.scaleout,
/// it begins with the first message, whatever that says, and is silent when members join.
/// </summary>
internal sealed class WaterfallSubtraction() : DialogBot(new SubtractionWaterfall());

/// <summary>The same, with one async method.</summary>
internal sealed class FlowSubtraction() : DialogBot(new SubtractionFlow());
