namespace Everturn.Cli.Verify;

/// <summary>How long clients may wait after a node's kill for what it owed them.</summary>
/// <param name="FirstReply">To the first reply in a conversation.</param>
/// <param name="EachReply">To each reply.</param>
internal sealed record GapLimits(TimeSpan FirstReply, TimeSpan EachReply)
{
    public const double FirstReplySeconds = 2;
    public const double EachReplySeconds = 5;
}
