using System.Diagnostics;
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
            var start = new ProcessStartInfo(DotnetHost.Path)
            {
                ArgumentList =
                {
                    "build", project, "-t:Build", "-nologo", "-c", "Release", "-v", "quiet", "-consoleLoggerParameters:NoSummary",
                    "-getProperty:TargetPath", $"-getResultOutputFile:{result}",
                },
                WorkingDirectory = Path.GetDirectoryName(project)!,
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                Environment = { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
            };
            using var build = DotnetHost.Start(start);
            var output = build.StandardOutput.ReadToEndAsync(CancellationToken.None);
            var error = build.StandardError.ReadToEndAsync(CancellationToken.None);
            try
            {
                build.StandardInput.Close();
                await build.WaitForExitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                build.Kill(entireProcessTree: true);
                throw;
            }

            var assembly = (await File.ReadAllTextAsync(result, cancellationToken)).Trim();
            return build.ExitCode == 0 && File.Exists(assembly)
                ? assembly
                : throw Failure(project, build.ExitCode, await output + Environment.NewLine + await error);
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
