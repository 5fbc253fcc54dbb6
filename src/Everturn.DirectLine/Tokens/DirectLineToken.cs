namespace Everturn.DirectLine.Tokens;

/// <summary>What a token grants: one conversation, and who its user is.</summary>
internal sealed record DirectLineToken(string Conversation, DirectLineUser? User);

/// <summary>What a token can be used for. Each kind is useless for everything else.</summary>
internal enum TokenKind
{
    /// <summary>Every call, as bearer.</summary>
    Rest,

    /// <summary>Opening a stream, in a URL.</summary>
    Stream,

    /// <summary>Reading an uploaded file, in a URL.</summary>
    File,
}

/// <summary>What became of a token's examination.</summary>
internal readonly record struct TokenCheck(DirectLineToken? Token, bool IsExpired);
