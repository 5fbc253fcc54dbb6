using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Everturn.Testing.Bots;

/// <summary>Remembers what all nodes log as warnings and errors.</summary>
internal sealed class LogBook : ILoggerProvider
{
    private const int Most = 100;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <summary>The latest errors, for the message of a failure; empty when there are none.</summary>
    public string Errors(int most)
    {
        var lines = _lines.TakeLast(most).ToArray();
        return lines.Length == 0 ? "" : $"\nWhat was logged:\n  {string.Join("\n  ", lines)}";
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private sealed class Logger(LogBook book) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            book._lines.Enqueue(exception is null ? formatter(state, exception) : $"{formatter(state, exception)} {exception.GetType().Name}: {exception.Message}");
            while (book._lines.Count > Most)
            {
                book._lines.TryDequeue(out _);
            }
        }
    }
}
