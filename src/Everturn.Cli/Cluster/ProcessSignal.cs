using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Everturn.Cli.Cluster;

/// <summary>The signals that .NET has no call for. Linux and macOS only.</summary>
internal static partial class ProcessSignal
{
    public const int Terminate = 15;

    public static bool IsSupported { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    /// <summary>The process stands still until <see cref="Continue"/>: what a machine does whose memory is swapped out.</summary>
    public static int Stop { get; } = OperatingSystem.IsMacOS() ? 17 : 19;

    public static int Continue { get; } = OperatingSystem.IsMacOS() ? 19 : 18;

    /// <summary>Sends a signal; false when the process is gone.</summary>
    /// <exception cref="CliException">This system has no signals.</exception>
    public static bool Send(int processId, int signal)
    {
        if (!IsSupported)
        {
            throw new CliException(ErrorCodes.NotOnThisSystem, "pausing a process needs signals, which this system does not have: use kill and start.");
        }

        const int NoSuchProcess = 3;
        return kill(processId, signal) == 0
            || (Marshal.GetLastPInvokeError() == NoSuchProcess
                ? false
                : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"kill({processId}, {signal}) failed"));
    }

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int processId, int signal);
}
