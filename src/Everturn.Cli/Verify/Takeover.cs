namespace Everturn.Cli.Verify;

/// <summary>A node took over a conversation that owed something.</summary>
/// <param name="At">When.</param>
/// <param name="Conversation">Which.</param>
/// <param name="From">The node that had it; <c>nobody</c> for none.</param>
/// <param name="Rows">How much was owed.</param>
internal sealed record Takeover(DateTimeOffset At, string Conversation, string From, int Rows);
