using System.Text.RegularExpressions;

namespace Everturn.Cli.Bots;

/// <summary>Builds a bot's project with <c>dotnet build</c>.</summary>
internal static partial class BotBuild
{
    private const int MostErrors = 10;

    /// <summary>Builds; returns the path of the program's dll.</summary>
    /// <exception cref="CliException">It does not build; the compiler's errors are the details.</exception>
    public static async Task<string> RunAsync(string project, CancellationToken cancellationToken)
    {
        var result = Path.GetTempFileName();
        try
        {
            var (exitCode, output) = await DotnetHost.RunAsync(
                Path.GetDirectoryName(project)!,
                [
                    "build", project, "-t:Build", "-nologo", "-c", "Release", "-v", "quiet", "-consoleLoggerParameters:NoSummary",
                    "-getProperty:TargetPath", $"-getResultOutputFile:{result}",
                ],
                cancellationToken);
            var assembly = (await File.ReadAllTextAsync(result, cancellationToken)).Trim();
            return exitCode == 0 && File.Exists(assembly)
                ? assembly
                : throw Failure(project, exitCode, output);
        }
        finally
        {
            File.Delete(result);
        }
    }

    private static CliException Failure(string project, int exitCode, string output)
    {
        var lines = output.Split('\n').Select(line => ProjectSuffix().Replace(line.Trim(), "")).Where(line => line.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        var errors = lines.FindAll(line => ErrorLine().IsMatch(line));
        var shown = (errors.Count > 0 ? errors : lines).Take(MostErrors).ToArray();
        var summary = exitCode == 0
            ? $"'{project}' builds, but not to a program that dotnet can run."
            : $"'{project}' does not build: {Math.Max(errors.Count, 1)} error(s){(errors.Count > MostErrors ? $", the first {MostErrors} above" : ", above")}.";
        return new(ErrorCodes.BotDoesNotBuild, summary) { Details = shown };
    }

    [GeneratedRegex(@"\berror( \w+)?\s*:", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ErrorLine();

    // MSBuild names the project behind each message; the summary names it once.
    [GeneratedRegex(@" \[[^\[\]]*proj\]$", RegexOptions.NonBacktracking)]
    private static partial Regex ProjectSuffix();
}
