using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.CosmosDb.Tests;

internal sealed class LogRecorder : ILogger<CosmosDbStore>
{
    private readonly ConcurrentQueue<(int Id, string Message)> _entries = new();

    public IReadOnlyList<string> Messages(int id) => [.. _entries.Where(entry => entry.Id == id).Select(entry => entry.Message)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _entries.Enqueue((eventId.Id, formatter(state, exception)));
}
