using System.Collections.Concurrent;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Tests.Conversations;

/// <summary>What a node says of saves whose outcome it does not know.</summary>
public sealed class SaveInDoubtTests : ILoggerProvider
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(600);

    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();
    private readonly ConcurrentQueue<string?> _said = new();

    [Fact]
    public async Task Save_whose_answer_is_lost_is_said_to_be_in_doubt()
    {
        _store.AfterSave = (number, _) => number == 1 ? Task.FromException(new IOException("the answer was lost")) : Task.CompletedTask;
        await using var node = NewNode();

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));

        Assert.Single(_said, "SaveInDoubt");
        Assert.Single(_said, "StoreFailed");
    }

    [Fact]
    public async Task Save_that_hangs_is_said_to_be_in_doubt()
    {
        var release = new TaskCompletionSource();
        _store.BeforeSave = (number, _) => number == 1 ? release.Task : Task.CompletedTask;
        await using var node = NewNode(Short);

        Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));

        Assert.Single(_said, "SaveInDoubt");
        release.SetResult();
    }

    [Fact]
    public async Task Load_that_fails_leaves_no_save_in_doubt()
    {
        var failures = 2;
        _store.BeforeLoad = _ => failures-- > 0 ? Task.FromException(new IOException("cut")) : Task.CompletedTask;
        await using var node = NewNode();

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));

        Assert.DoesNotContain("SaveInDoubt", _said);
    }

    [Fact]
    public async Task Save_that_did_not_reach_the_store_left_alone_is_not_in_doubt()
    {
        await using var node = NewNode(Short);
        await node.SendAsync("x", conversation: "cached");
        _store.BeforeLoad = _ => throw new IOException("cut");
        var hammering = node.SendAsync("y", conversation: "other");
        while (!_said.Contains("StoreLeftAlone"))
        {
            // On a busy machine a turn may be given up before the store is.
            hammering = hammering.IsCompleted ? node.SendAsync("y", conversation: "other") : hammering;
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        await node.SendAsync("z", conversation: "cached");

        _store.BeforeLoad = null;
        await hammering;
        Assert.DoesNotContain("SaveInDoubt", _said);
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new Ear(_said);

    void IDisposable.Dispose()
    {
    }

    private TestNode NewNode(TimeSpan? deadline = null) => new(
        _store, _channel, PizzaLogic.OnTurnAsync, options => options.TurnDeadline = deadline ?? options.TurnDeadline,
        builder => builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(this)));

    private sealed class Ear(ConcurrentQueue<string?> said) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Enqueue(eventId.Name);
    }
}
