using System.Diagnostics;

namespace Everturn.EndToEnd;

/// <summary>The tool as a person runs it, from the sources. EVERTURN_COMMAND names another command than the repository's.</summary>
internal static class Command
{
    /// <summary>A process that is not started yet.</summary>
    public static Process Create(IEnumerable<string> arguments)
    {
        var root = Cluster.RepositoryRoot();
        var command = Environment.GetEnvironmentVariable("EVERTURN_COMMAND")
            ?? Path.Combine(root, OperatingSystem.IsWindows() ? "everturn.cmd" : "everturn");
        return new Process
        {
            StartInfo = new ProcessStartInfo(command, arguments)
            {
                WorkingDirectory = root,
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
    }

    /// <summary>Runs a command to its end; one that takes longer than <paramref name="patience"/> is ended, and fails.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(TimeSpan patience, params string[] arguments)
    {
        using var process = Create(arguments);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        end.CancelAfter(patience);
        process.Start();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(end.Token);
            var error = process.StandardError.ReadToEndAsync(end.Token);
            await process.WaitForExitAsync(end.Token);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
