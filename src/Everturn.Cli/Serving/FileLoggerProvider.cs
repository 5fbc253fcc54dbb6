using System.Globalization;
using Everturn.Cli.Cluster;
using Microsoft.Extensions.Logging;

namespace Everturn.Cli.Serving;

/// <summary>The gateway's log in a file beside the nodes': the terminal shows the nodes' states.</summary>
internal sealed class FileLoggerProvider(string file) : ILoggerProvider
{
    private readonly NodeLog _log = new(file);

    public ILogger CreateLogger(string categoryName) => new FileLogger(_log, categoryName);

    public void Dispose() => _log.Dispose();

    private sealed class FileLogger(NodeLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var time = DateTime.Now.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
                log.WriteLine($"{time} {logLevel}: {category}[{eventId.Id}] {formatter(state, exception)}{(exception is null ? "" : Environment.NewLine + exception)}");
            }
        }
    }
}
