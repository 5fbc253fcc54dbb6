using System.ComponentModel;
using System.Diagnostics;

namespace Everturn.Cli.Bots;

/// <summary>The <c>dotnet</c> that bots are built and run with: the one that runs this tool, where that is known.</summary>
internal static class DotnetHost
{
    private static readonly string FileName = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    public static string Path { get; } = Find();

    /// <exception cref="CliException">There is none.</exception>
    public static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new CliException(
                ErrorCodes.NoDotnet, $"'{start.FileName}' could not be started: {exception.Message}. Install the .NET 10 SDK and put dotnet on the PATH.", inner: exception);
        }
    }

    /// <summary>Runs one of dotnet's commands to its end; cancelled, it is killed with what it has started.</summary>
    /// <param name="directory">Where it runs.</param>
    /// <param name="arguments">The command and what follows it.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <returns>Its exit code, and all that it wrote.</returns>
    /// <exception cref="CliException">There is no dotnet.</exception>
    public static async Task<(int ExitCode, string Output)> RunAsync(string directory, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        using var process = Start(new ProcessStartInfo(Path, arguments)
        {
            WorkingDirectory = directory,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en" },
        });
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output + Environment.NewLine + await error);
    }

    private static string Find()
    {
        if (Environment.ProcessPath is { } own && string.Equals(System.IO.Path.GetFileName(own), FileName, StringComparison.OrdinalIgnoreCase))
        {
            return own;
        }

        if (Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host)
        {
            return host;
        }

        var root = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        var rooted = string.IsNullOrEmpty(root) ? "" : System.IO.Path.Combine(root, FileName);
        return File.Exists(rooted) ? rooted : FileName;
    }
}
