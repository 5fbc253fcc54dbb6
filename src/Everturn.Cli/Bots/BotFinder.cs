using Everturn.Cli.Regions;

namespace Everturn.Cli.Bots;

/// <summary>Finds the project that <c>--bot</c> names.</summary>
internal static class BotFinder
{
    private static readonly Dictionary<string, string> Samples = new(StringComparer.Ordinal)
    {
        ["pizza"] = "PizzaBot",
        ["numbers"] = "NumbersBot",
        ["agent"] = "AgentBot",
        ["geo"] = "GeoBot",
    };

    /// <exception cref="CliException">There is no such bot.</exception>
    public static BotSource Find(string bot)
    {
        if (!Samples.TryGetValue(bot, out var sample))
        {
            return new(Name: null, FindProject(bot), Built: null);
        }

        var root = Sources.Root
            ?? throw new CliException(
                ErrorCodes.UnknownBot, $"the sample bot '{bot}' comes with the sources of Everturn, which are not here. Name the path of your bot's project.", ExitCodes.Usage);
        // Built along with this tool: artifacts/bin/PROJECT/CONFIGURATION beside this tool's own folder.
        var built = Path.Combine(root, "artifacts", "bin", sample, Sources.Configuration, sample + ".dll");
        return new(bot, Path.Combine(root, "samples", sample, sample + ".csproj"), File.Exists(built) ? built : null);
    }

    private static string FindProject(string bot)
    {
        var path = Path.GetFullPath(bot);
        if (File.Exists(path) && path.EndsWith("proj", StringComparison.OrdinalIgnoreCase))
        {
            return path;
        }

        if (!Directory.Exists(path))
        {
            throw new CliException(ErrorCodes.UnknownBot, $"unknown bot '{bot}': {Guess(bot)}", ExitCodes.Usage);
        }

        var projects = Directory.GetFiles(path, "*.*proj");
        return projects.Length == 1
            ? projects[0]
            : throw new CliException(
                ErrorCodes.UnknownBot,
                projects.Length == 0 ? $"there is no project file in '{path}'." : $"there are {projects.Length} project files in '{path}': name one of them.",
                ExitCodes.Usage);
    }

    private static string Guess(string bot)
    {
        var nearest = NearestName.Of(bot, Samples.Keys);
        return NearestName.Distance(bot, nearest) <= 2
            ? $"did you mean '{nearest}'?"
            : $"it is neither a sample ({string.Join(", ", Samples.Keys)}) nor the path of a project.";
    }
}
