namespace Everturn.Cli.Admin;

/// <summary>The body of a refused request.</summary>
internal sealed record ErrorBody(ErrorDetail Error);

/// <summary>What is wrong.</summary>
/// <param name="Code">A code of docs/errors.md, or another server's own word.</param>
/// <param name="Message">For a person.</param>
internal sealed record ErrorDetail(string Code, string Message);
