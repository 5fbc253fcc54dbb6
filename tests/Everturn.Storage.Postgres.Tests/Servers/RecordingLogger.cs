using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.Postgres.Tests.Servers;

internal sealed class RecordingLogger : ILogger<PostgresStore>
{
    public ConcurrentQueue<(int Event, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId.Id, formatter(state, exception)));
}
