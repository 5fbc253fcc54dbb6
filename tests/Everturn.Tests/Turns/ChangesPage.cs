using Everturn.Turns;

namespace Everturn.Tests.Turns;

/// <summary>The code of "Changing what was said" in docs/turn.md, as it stands there; the tests beside it run it.</summary>
internal sealed class LunchBot : ActivityHandler
{
    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var state = turn.ConversationState;
        if (turn.Activity.Text != "me too")
        {
            state.Set("count", 1);
            state.Set("poll", await turn.SendActivityAsync("Pizza at noon? 1 of us.", cancellationToken));
            return;
        }

        state.Set("count", state.Get<int>("count") + 1);
        var poll = MessageFactory.Text($"Pizza at noon? {state.Get<int>("count")} of us.");
        poll.Id = state.Get<string>("poll");
        try
        {
            await turn.UpdateActivityAsync(poll, cancellationToken);
        }
        catch (UnknownActivityException)
        {
            state.Set("poll", await turn.SendActivityAsync(poll, cancellationToken));
        }
    }
}
