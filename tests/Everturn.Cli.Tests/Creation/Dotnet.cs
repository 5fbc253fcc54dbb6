using System.Diagnostics;

namespace Everturn.Cli.Tests.Creation;

/// <summary>Runs dotnet as a person does.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    /// <summary>Runs a command to its end, which must be a good one; returns what it wrote.</summary>
    public static async Task<string> RunAsync(string directory, params string[] arguments)
    {
        using var process = Start(directory, arguments);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(patience.Token);
            var output = await process.StandardOutput.ReadToEndAsync(patience.Token) + await error;
            await process.WaitForExitAsync(patience.Token);
            Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', arguments)} ended with {process.ExitCode}:\n{output}");
            return output;
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(string directory, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // No servers that outlive the command.
            Environment = { ["MSBUILDDISABLENODEREUSE"] = "1", ["UseSharedCompilation"] = "false", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
