using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Everturn.Bench;

/// <summary>The whole local cluster, as a user starts it: how soon it is ready, and what an idle node holds in memory.</summary>
internal static class ClusterBench
{
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(10);

    public static async Task AddRowsAsync(Table table)
    {
        var data = Directory.CreateTempSubdirectory("everturn-bench-").FullName;
        var tool = Path.Combine(FindRoot(), "everturn");
        using (var build = Process.Start(new ProcessStartInfo(tool, ["--version"]) { UseShellExecute = false, RedirectStandardOutput = true })!)
        {
            await build.WaitForExitAsync();
        }

        var watch = Stopwatch.StartNew();
        using var up = Process.Start(new ProcessStartInfo(tool, ["up", "--no-browser", "--port", "0", "--data", data]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        while (await up.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("Ready:", StringComparison.Ordinal))
        {
        }

        table.AddRow("seconds until four nodes are ready", watch.Elapsed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture), "6");
        await Task.Delay(Idle);
        using var status = Process.Start(new ProcessStartInfo(tool, ["status", "--json", "--data", data]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        using var json = JsonDocument.Parse(await status.StandardOutput.ReadToEndAsync());
        foreach (var node in json.RootElement.GetProperty("regions").EnumerateArray().SelectMany(region => region.GetProperty("nodes").EnumerateArray()))
        {
            using var process = Process.GetProcessById(node.GetProperty("pid").GetInt32());
            table.AddRow(
                $"MB held by {node.GetProperty("name").GetString()} after {Idle.TotalSeconds:0} s of idleness",
                (process.WorkingSet64 / 1e6).ToString("0", CultureInfo.InvariantCulture),
                "120");
        }

        using var stop = Process.Start("kill", ["-TERM", up.Id.ToString(CultureInfo.InvariantCulture)]);
        await up.WaitForExitAsync();
        Directory.Delete(data, recursive: true);
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Everturn.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Run the bench from within the repository.");
        }

        return folder;
    }
}
