using Everturn.Dialogs;

namespace MyBot;

/// <summary>What the user talks to: each message goes to the flow, which begins anew when it has ended.</summary>
public sealed class Bot() : DialogBot(new Greeting());
