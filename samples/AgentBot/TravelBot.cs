using AgentBot.Agents;
using Everturn.Activities;
using Everturn.Turns;

namespace AgentBot;

/// <summary>A travel agency's assistant: a language model that may look for trips, reserve, pay and cancel.</summary>
internal sealed class TravelBot(Agent agent) : ActivityHandler
{
    public const string Instructions =
        "You are the assistant of a small travel agency. Use the tools to look for trips, and to reserve, pay and cancel them. "
        + "Reserve or pay only what the user has asked for. When a tool's outcome is unknown, say so, and do not call it again. Answer briefly.";

    private const int LongestMessage = 4000;

    protected override async Task OnMembersAddedAsync(
        IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken) =>
        await turn.SendActivityAsync("Where would you like to go? Say, for instance: find trips to Lisbon.", cancellationToken);

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var text = turn.Activity.Text?.Trim() ?? "";
        if (text.Length is 0 or > LongestMessage)
        {
            await turn.SendActivityAsync(
                text.Length == 0 ? "I read text alone." : $"That is too long for me: I read {LongestMessage} characters at a time.", cancellationToken);
        }
        else if (text.Equals("start over", StringComparison.OrdinalIgnoreCase))
        {
            // Without the model: a conversation that its endpoint refuses, for instance as too long, must have a way out.
            Agent.Forget(turn);
            await turn.SendActivityAsync("Starting over: I have forgotten what we said. Reservations stay.", cancellationToken);
        }
        else
        {
            await agent.AnswerAsync(turn, text, cancellationToken);
        }
    }
}
