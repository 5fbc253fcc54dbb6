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
