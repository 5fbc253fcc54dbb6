using System.Diagnostics;
using System.Globalization;

namespace Everturn.Cli.Tests.Running;

/// <summary>Which processes of the system run.</summary>
internal static class ProcessTable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    /// <summary>False also for a process that has ended and that nobody has asked about.</summary>
    public static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited && !IsZombie(processId);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    public static async Task AllEndAsync(IReadOnlyList<int> processIds)
    {
        Assert.NotEmpty(processIds);
        await Eventually.IsTrueAsync(
            () => !processIds.Any(IsRunning), Patience, () => $"still running: {string.Join(", ", processIds.Where(IsRunning))}");
    }

    /// <summary>The processes that a process has started. Linux only.</summary>
    public static IReadOnlyList<int> ChildrenOf(int processId) =>
        [.. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .Where(id => ParentOf(id) == processId)];

    private static int? ParentOf(int processId)
    {
        try
        {
            // The name in parentheses may hold anything; state and parent follow it.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsZombie(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
