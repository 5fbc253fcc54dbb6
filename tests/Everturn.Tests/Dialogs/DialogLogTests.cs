using System.Collections.Concurrent;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.Tests.Dialogs;

/// <summary>What is dropped because the code has changed is not dropped in silence.</summary>
public sealed class DialogLogTests : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _warnings = new();
    private readonly RecordingChannel _channel = new();

    [Fact]
    public async Task Stack_that_is_dropped_is_named_with_its_conversation()
    {
        var bot = new DialogBot(Waiting("old"));
        await using var node = NewNode((turn, token) => bot.OnTurnAsync(turn, token));
        await node.SendAsync("x");
        bot = new(Waiting("new"));

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("y"));

        Assert.StartsWith("ET1119: the dialogs of conversation c in state 'dialogs' are dropped, and the root begins anew: the code does not know 'old'", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_whose_stacks_are_to_be_kept_fails_instead()
    {
        var bot = new DialogBot(Waiting("old"));
        await using var node = NewNode((turn, token) => bot.OnTurnAsync(turn, token));
        await node.SendAsync("x");
        bot = new(Waiting("new")) { OnBrokenStack = BrokenStackPolicy.Error };

        Assert.IsType<BrokenStackException>(Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("y")).Exception);
        Assert.DoesNotContain(_warnings, warning => warning.StartsWith("ET1119", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Flow_that_begins_anew_is_named_with_what_has_changed()
    {
        var bot = new DialogBot(Asking("name?"));
        await using var node = NewNode((turn, token) => bot.OnTurnAsync(turn, token));
        await node.SendAsync("x");
        bot = new(Asking("your name?"));

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("y"));

        Assert.Equal(
            "ET1119: the flow 'flow' of conversation c begins anew: at position 0 it had recorded ask text 'name?', now ask text 'your name?'. FlowChangePolicy.Error keeps it.",
            Assert.Single(_warnings));

        static FlowDialog Asking(string question) =>
            new("flow", async flow => await flow.AskAsync<string>(question), new FlowOptions { OnChanged = FlowChangePolicy.Restart });
    }

    ILogger ILoggerProvider.CreateLogger(string categoryName) => new Ear(_warnings);

    void IDisposable.Dispose()
    {
    }

    private static WaterfallDialog Waiting(string id) => new(id, (_, _) => Task.FromResult(Dialog.EndOfTurn), (_, _) => Task.FromResult(Dialog.EndOfTurn));

    private TestNode NewNode(Func<TurnContext, CancellationToken, Task> bot) => new(
        new FaultyStore(), _channel, bot, build: builder => builder.Services.AddLogging(logging => logging.AddProvider(this)));

    private sealed class Ear(ConcurrentQueue<string> warnings) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel is LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel is LogLevel.Warning)
            {
                warnings.Enqueue(formatter(state, exception));
            }
        }
    }
}
