using System.Globalization;
using System.Text.RegularExpressions;

namespace Everturn.Cli.Verify;

/// <summary>Counts what the nodes say of themselves in their logs. Evidence for a reader: no verdict rests on it.</summary>
/// <remarks>A process that is killed takes its last lines along, so each count is a lower bound.</remarks>
internal sealed partial class LogTally
{
    private readonly Dictionary<int, long> _counts = [];

    /// <summary>Variables that make a node say what is counted here.</summary>
    public static IReadOnlyDictionary<string, string> NodeEnvironment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["Logging__LogLevel__Everturn"] = "Debug",
        ["Logging__Console__FormatterName"] = "simple",
        ["Logging__Console__FormatterOptions__SingleLine"] = "true",
        ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
    };

    /// <summary>Turns that were committed.</summary>
    public long Turns { get; private set; }

    public long ReRuns => Count(1011);

    public long DuplicatesRefused => Count(1012);

    public long StoreFailures => Count(1001);

    /// <summary>Saves whose outcome was unknown to their node at first.</summary>
    public long UnknownCommits => Count(1029);

    public long Unavailable => Count(1013);

    public long AmbiguousDeliveries => Count(1005);

    public long Takeovers => Count(1006);

    public static LogTally Read(string folder)
    {
        var tally = new LogTally();
        foreach (var file in Directory.EnumerateFiles(folder, "*.log*"))
        {
            foreach (var line in File.ReadLines(file))
            {
                tally.Add(line);
            }
        }

        return tally;
    }

    /// <summary>Counts one line of a log; lines of others do not count.</summary>
    public void Add(string line)
    {
        var found = Line().Match(line);
        if (!found.Success)
        {
            return;
        }

        var id = int.Parse(found.Groups["id"].ValueSpan, CultureInfo.InvariantCulture);
        var text = found.Groups["text"].Value;
        _counts[id] = Count(id) + 1;
        if (id == 1016 && Committed().Match(text) is { Success: true } committed)
        {
            Turns += long.Parse(committed.Groups["turns"].ValueSpan, CultureInfo.InvariantCulture);
        }
    }

    private long Count(int id) => _counts.GetValueOrDefault(id);

    [GeneratedRegex(@"^\S+ [a-z]{4}: Everturn\[(?<id>\d+)\] (?<text>.*)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Line();

    [GeneratedRegex(@"^(?<turns>\d+) turns of conversation", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Committed();
}
