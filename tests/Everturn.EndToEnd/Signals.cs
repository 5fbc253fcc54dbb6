using System.Diagnostics;
using System.Globalization;

namespace Everturn.EndToEnd;

/// <summary>Signals to processes, which .NET itself cannot send.</summary>
internal static class Signals
{
    /// <summary>Asks a process to end (SIGTERM). Windows has no such signal: there the process tree is killed.</summary>
    public static Task TerminateAsync(Process process)
    {
        if (OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
            return Task.CompletedTask;
        }

        return SendAsync("TERM", process.Id);
    }

    /// <summary>Ends a process at once (SIGKILL), as a crash or a power loss would.</summary>
    public static Task KillAsync(int processId) => SendAsync("KILL", processId);

    private static async Task SendAsync(string signal, int processId)
    {
        using var kill = Process.Start("kill", [$"-{signal}", processId.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
