using System.Globalization;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Display;

/// <summary>A status as text in columns, the same on a terminal and in a pipe.</summary>
internal static class StatusTable
{
    public static async Task WriteAsync(TextWriter output, ClusterStatus status)
    {
        await output.WriteLineAsync($"gateway  {status.Gateway}");
        var rows = status.Regions.SelectMany(region => region.Nodes, (region, node) => (string[])
        [
            region.Name,
            node.Name,
            Word(node.State),
            node.Pid?.ToString(CultureInfo.InvariantCulture) ?? "-",
            node.Url ?? "-",
        ]).Prepend(["REGION", "NODE", "STATE", "PID", "URL"]).ToList();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            await output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    /// <summary>A state as it is written everywhere.</summary>
    public static string Word(NodeState state) => state.ToString().ToLowerInvariant();
}
