using System.Collections.Concurrent;
using Everturn.Activities;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>Greets, repeats what it hears with a count that it keeps as state; corrects its last word, takes it back or fails when told to.</summary>
internal sealed class TestBot : ActivityHandler
{
    protected override async Task OnMembersAddedAsync(
        IReadOnlyList<ChannelAccount> members, TurnContext turn, CancellationToken cancellationToken)
    {
        foreach (var member in members.Where(member => member.Id != turn.Activity.Recipient?.Id))
        {
            await turn.SendActivityAsync($"hello {member.Id}", cancellationToken);
        }
    }

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        turn.Services.GetService<BotDiary>()?.Heard.Enqueue(turn.Activity);
        switch (turn.Activity.Text)
        {
            case "fail":
                throw new InvalidOperationException("The bot was told to fail.");
            case "silence":
                return;
            case "type":
                await turn.SendTypingAsync(cancellationToken);
                await (turn.Services.GetService<BotDiary>()?.MayGoOn.Task ?? Task.CompletedTask);
                return;
            case "stream":
                var stream = turn.BeginStream();
                await stream.AppendAsync("half", cancellationToken);
                await (turn.Services.GetService<BotDiary>()?.MayGoOn.Task ?? Task.CompletedTask);
                await stream.AppendAsync(" and half", cancellationToken);
                await stream.EndAsync(cancellationToken);
                return;
            case "bye":
                await turn.SendActivityAsync(new Activity { Type = ActivityTypes.EndOfConversation, Code = "completedSuccessfully" }, cancellationToken);
                return;
            case "trace":
                await turn.SendActivityAsync(new Activity { Type = ActivityTypes.Trace, Name = "for developers" }, cancellationToken);
                return;
            case "correct":
                await turn.UpdateActivityAsync(new() { Type = ActivityTypes.Message, Id = turn.ConversationState.Get<string>("last"), Text = "corrected" }, cancellationToken);
                return;
            case "correct the one replied to":
                await turn.UpdateActivityAsync(new() { Type = ActivityTypes.Message, Id = turn.Activity.ReplyToId, Text = "corrected" }, cancellationToken);
                return;
            case "take back":
                await turn.DeleteActivityAsync(turn.ConversationState.Get<string>("last")!, cancellationToken);
                return;
        }

        var count = turn.ConversationState.Get<int>("count") + 1;
        turn.ConversationState.Set("count", count);
        turn.ConversationState.Set("last", await turn.SendActivityAsync($"{count}: {turn.Activity.Text}", cancellationToken));
    }
}

/// <summary>What the bot heard in the runs that it made, and what it waits for.</summary>
internal sealed class BotDiary
{
    public ConcurrentQueue<Activity> Heard { get; } = new();

    /// <summary>What a bot that is writing waits for.</summary>
    public TaskCompletionSource MayGoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
