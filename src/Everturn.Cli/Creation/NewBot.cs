using Everturn.Cli.Bots;

namespace Everturn.Cli.Creation;

/// <summary>Makes a bot's projects from the template, without touching the templates that are installed on this machine.</summary>
internal static class NewBot
{
    private const string Package = "Everturn.Templates";
    private const int ShownLines = 20;

    /// <param name="name">The bot's name.</param>
    /// <param name="directory">Where its projects go: a folder that is empty or not there yet.</param>
    /// <param name="output">Says what takes its time.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CliException">The folder holds something, or one of dotnet's commands failed.</exception>
    public static async Task CreateAsync(string name, string directory, TextWriter output, CancellationToken cancellationToken)
    {
        if (File.Exists(directory) || (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any()))
        {
            throw new CliException(ErrorCodes.NotEmpty, $"'{directory}' is there already and not empty. Name another with --output.", ExitCodes.Usage);
        }

        var template = await FindTemplateAsync(output, cancellationToken);
        var hive = Directory.CreateTempSubdirectory("everturn-new-");
        try
        {
            await output.WriteLineAsync($"Making {name}");
            await RunAsync(["new", "install", template, "--debug:custom-hive", hive.FullName], cancellationToken);
            await RunAsync(["new", "everturn-bot", "--name", name, "--output", directory, "--debug:custom-hive", hive.FullName], cancellationToken);
        }
        finally
        {
            hive.Delete(recursive: true);
        }
    }

    // From sources the packages are made first; an installed tool takes the template of its own version from the machine's feeds.
    private static async Task<string> FindTemplateAsync(TextWriter output, CancellationToken cancellationToken)
    {
        if (Sources.Root is not { } root)
        {
            return $"{Package}@{typeof(NewBot).Assembly.GetName().Version!.ToString(3)}";
        }

        await output.WriteLineAsync("Packing Everturn for the new bot; the first time takes a minute or more");
        var result = Path.GetTempFileName();
        try
        {
            await RunAsync(
                [
                    "pack", Path.Combine(root, "templates", $"{Package}.csproj"), "-nologo", "-c", Sources.Configuration == "debug" ? "Debug" : "Release", "-v", "quiet",
                    "-nodeReuse:false", "-getProperty:PackedTemplate", $"-getResultOutputFile:{result}",
                ],
                cancellationToken);
            return (await File.ReadAllTextAsync(result, cancellationToken)).Trim();
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static async Task RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        var (exitCode, output) = await DotnetHost.RunAsync(Environment.CurrentDirectory, arguments, cancellationToken);
        if (exitCode != 0)
        {
            throw new CliException(ErrorCodes.NotCreated, $"'dotnet {string.Join(' ', arguments[..2])}' failed with {exitCode}; what it said is above.")
            {
                Details = output.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0).TakeLast(ShownLines).ToArray(),
            };
        }
    }
}
