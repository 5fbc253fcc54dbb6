namespace Everturn.Cli.Bots;

/// <summary>A bot's project, found and not yet built.</summary>
/// <param name="Name">The bot's name; null when the project's program gives it.</param>
/// <param name="Project">The project file.</param>
/// <param name="Built">The program, when it is known to be what the project says; else null.</param>
internal sealed record BotSource(string? Name, string Project, string? Built)
{
    /// <summary>Builds the bot where that is needed.</summary>
    /// <exception cref="CliException">It does not build.</exception>
    public async Task<BotProgram> BuildAsync(TextWriter output, CancellationToken cancellationToken)
    {
        var assembly = Built;
        if (assembly is null)
        {
            await output.WriteLineAsync($"Building {Project}");
            assembly = await BotBuild.RunAsync(Project, cancellationToken);
        }

        return new(Name ?? Path.GetFileNameWithoutExtension(assembly).ToLowerInvariant(), assembly, Path.GetDirectoryName(Project)!);
    }
}
