using System.Collections.Concurrent;
using Everturn.Delivery;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Tests.Delivery;

/// <summary>What the log says of a row is how a person finds it.</summary>
public sealed class DeliveryLogTests : ILoggerProvider
{
    private readonly RecordingChannel _channel = new();
    private readonly ConcurrentQueue<string> _said = new();

    [Fact]
    public async Task Row_that_was_not_delivered_is_named_with_its_conversation()
    {
        var failures = 1;
        _channel.Before = (row, _) => row.Id.Revision == 1
            ? Task.FromResult<DeliveryOutcome?>(new DeliveryOutcome.Rejected("403"))
            : failures-- > 0 ? throw new IOException("cut") : Task.FromResult<DeliveryOutcome?>(null);
        await using var node = new TestNode(
            new FaultyStore(), _channel, PizzaLogic.OnTurnAsync, build: builder => builder.Services.AddLogging(logging => logging.AddProvider(this)));

        await node.SendAsync("x", conversation: "lunch");
        await node.SendAsync("y", conversation: "lunch");
        await _channel.WaitForAsync(1);

        Assert.Contains(_said, line => line.StartsWith("Row 1.0 of conversation lunch was rejected", StringComparison.Ordinal));
        Assert.Contains(_said, line => line.StartsWith("Row 2.0 of conversation lunch ", StringComparison.Ordinal));
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new Ear(_said);

    void IDisposable.Dispose()
    {
    }

    private sealed class Ear(ConcurrentQueue<string> said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Enqueue(formatter(state, exception));
    }
}
