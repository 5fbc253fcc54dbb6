namespace Everturn.Cli.Verify;

/// <summary>How long a client waited for what a killed node owed it.</summary>
/// <param name="Conversation">The client's.</param>
/// <param name="Target">Who was killed.</param>
/// <param name="KilledAt">When.</param>
/// <param name="Time">From the kill to the reply's arrival.</param>
/// <param name="Excuse">What else was wrong meanwhile, so that the kill alone is not to blame; null when nothing was.</param>
internal sealed record Gap(string Conversation, string Target, DateTimeOffset KilledAt, TimeSpan Time, string? Excuse);
