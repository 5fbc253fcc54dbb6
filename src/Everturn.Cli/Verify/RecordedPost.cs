namespace Everturn.Cli.Verify;

/// <summary>A message that a client posted, with all its repetitions.</summary>
/// <param name="Text">What it says; unique in the run.</param>
/// <param name="Begun">When it was posted first.</param>
/// <param name="Answered">When the first 2xx came; null when none did.</param>
/// <param name="Ids">The id of each 2xx, which should all be one; empty when nothing was accepted.</param>
/// <param name="Attempts">How often it was posted.</param>
/// <param name="Failure">Why it was given up; null when it was not.</param>
/// <param name="LostTwice">How often the gateway said that two nodes were lost with it (502), upon which it was posted again.</param>
internal sealed record RecordedPost(
    string Text, DateTimeOffset Begun, DateTimeOffset? Answered, IReadOnlyList<string> Ids, int Attempts, string? Failure, int LostTwice = 0)
{
    public bool IsAccepted => Ids.Count > 0;
}
