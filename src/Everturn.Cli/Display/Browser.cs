using System.ComponentModel;
using System.Diagnostics;

namespace Everturn.Cli.Display;

/// <summary>Shows a page to whoever sits in front of this machine, if anybody does.</summary>
internal static class Browser
{
    public static void Open(string url)
    {
        if (!IsDesktop())
        {
            return;
        }

        try
        {
            using var opened = OperatingSystem.IsWindows() ? Process.Start(new ProcessStartInfo(url) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open")
                {
                    ArgumentList = { url },
                    UseShellExecute = false,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                });
        }
        catch (Win32Exception)
        {
            // No browser is no reason to fail: the address stands on the terminal.
        }
    }

    private static bool IsDesktop()
    {
        if (Console.IsOutputRedirected || Is("CI") || Is("SSH_CONNECTION"))
        {
            return false;
        }

        return OperatingSystem.IsWindows() ? Environment.UserInteractive : OperatingSystem.IsMacOS() || Is("DISPLAY") || Is("WAYLAND_DISPLAY");
    }

    private static bool Is(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
