using Everturn.Turns;

namespace PollBot;

/// <summary>Takes a question, counts the answers in one message that it keeps up to date, and takes the poll back for its result.</summary>
internal sealed class Poll : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var state = turn.ConversationState;
        var (question, yes, no) = (state.Get<string>("question"), state.Get<int>("yes"), state.Get<int>("no"));
        switch (turn.Activity.Text?.Trim().ToUpperInvariant())
        {
            case "YES" when question is not null:
                state.Set("yes", ++yes);
                break;
            case "NO" when question is not null:
                state.Set("no", ++no);
                break;
            case "CLOSE" when question is not null:
                state.Remove("question");
                await turn.DeleteActivityAsync(state.Get<string>("poll")!, cancellationToken);
                await turn.SendActivityAsync($"{question} {(yes > no ? "Yes" : "No")}.", cancellationToken);
                return;
            default:
                state.Set("question", turn.Activity.Text ?? "");
                state.Set("yes", 0);
                state.Set("no", 0);
                state.Set("poll", await turn.SendActivityAsync($"{turn.Activity.Text} 0 yes, 0 no", cancellationToken));
                return;
        }

        var poll = MessageFactory.Text($"{question} {yes} yes, {no} no");
        poll.Id = state.Get<string>("poll");
        await turn.UpdateActivityAsync(poll, cancellationToken);
    }
}
