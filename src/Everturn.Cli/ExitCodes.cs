namespace Everturn.Cli;

/// <summary>What the process returns; docs/cli.md lists them.</summary>
internal static class ExitCodes
{
    /// <summary>Done, or stopped as asked.</summary>
    public const int Done = 0;

    /// <summary>The command was understood and could not be carried out.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong: an unknown option, region, bot or store.</summary>
    public const int Usage = 2;
}
