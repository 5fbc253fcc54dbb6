namespace Everturn.Cli.Verify;

/// <summary>An activity of a conversation, in a transcript or as a client saw it arrive.</summary>
/// <param name="Id">Its id; unique in its conversation.</param>
/// <param name="IsEcho">Whether it is what a client posted; else it is the bot's.</param>
/// <param name="Text">What it says.</param>
/// <param name="ReplyToId">What the bot answers with it.</param>
/// <param name="Node">The node whose turn said it, as the reply says itself.</param>
/// <param name="IsRedelivered">Whether another node delivered it than the one whose turn said it.</param>
/// <param name="SeenAt">When it was seen.</param>
internal sealed record RecordedActivity(string Id, bool IsEcho, string Text, string? ReplyToId, string? Node, bool IsRedelivered, DateTimeOffset SeenAt);
