using System.CommandLine;

namespace Everturn.Cli.Commands;

/// <summary>The directory that holds everything of one local cluster; by it the other commands find what `up` started.</summary>
internal static class DataOption
{
    public static Option<string> Create() => new("--data")
    {
        Description = "The directory of the cluster: its store, logs and where it listens.",
        HelpName = "DIR",
        DefaultValueFactory = _ => ".everturn",
    };
}
