namespace Everturn.DirectLine;

/// <summary>The user that a token names.</summary>
internal sealed record DirectLineUser(string Id, string? Name);
