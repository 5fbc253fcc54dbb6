using System.Diagnostics;

namespace Everturn.EndToEnd;

/// <summary>Reads what a process prints, line by line, keeps it, and passes the lines of standard output on.</summary>
internal sealed class ProcessOutput(Action<string> onLine)
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];

    /// <summary>Whether there is a process to read from.</summary>
    public bool Started { get; private set; }

    /// <summary>Starts to read; the task ends when the process has closed both of its outputs.</summary>
    public Task ReadAsync(Process process)
    {
        Started = true;
        return Task.WhenAll(
            ReadAsync(process.StandardOutput, onLine),
            ReadAsync(process.StandardError, _ => { }));
    }

    public override string ToString()
    {
        lock (_lock)
        {
            return string.Join('\n', _lines);
        }
    }

    private async Task ReadAsync(StreamReader reader, Action<string> tell)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lock)
            {
                _lines.Add(line);
            }

            tell(line);
        }
    }
}
