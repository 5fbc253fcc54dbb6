namespace Everturn.Cli;

/// <summary>Something the person at the keyboard can mend: said in one line, without a stack.</summary>
internal sealed class CliException : Exception
{
    public CliException(string code, string message, int exitCode = ExitCodes.Failed, Exception? inner = null)
        : base($"{code}: {message}", inner)
    {
        Code = code;
        ExitCode = exitCode;
    }

    /// <summary>The stable code, a row of docs/errors.md.</summary>
    public string Code { get; }

    public int ExitCode { get; }

    /// <summary>More lines for whoever needs them, such as the end of a log; empty for none.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];
}
