namespace Everturn.Users;

/// <summary>Something that is kept of a user.</summary>
/// <param name="Kind"><c>conversation</c>, <c>deadletter</c> or <c>user</c>; channels add <c>transcript</c> and <c>file</c>.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Id">The conversation's, dead letter's, user's or file's id.</param>
/// <param name="Json">The content, UTF-8 JSON.</param>
public sealed record UserDocument(string Kind, string Channel, string Id, ReadOnlyMemory<byte> Json);
