using System.Diagnostics;
using Everturn.Bench;
using Spectre.Console;

// Counts and ratios, measured side by side in one run. See bench/README.md.
var table = new Table().AddColumns("what", "measured", "bound");
await EngineBench.AddRowsAsync(table);
if (args.Contains("cluster", StringComparer.Ordinal))
{
    await ClusterBench.AddRowsAsync(table);
}

AnsiConsole.Write(table);
Debug.Assert(table.Rows.Count > 0, "A bench that measures nothing is broken.");
