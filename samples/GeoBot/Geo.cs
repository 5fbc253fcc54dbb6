using System.Text.Json;
using Everturn.Activities;
using Everturn.Hosting;
using Everturn.Language;
using Everturn.Turns;
using Microsoft.Extensions.Options;

namespace GeoBot;

/// <summary>
/// Says what it has understood, who has understood it, and from which region it answers. <c>cancel</c> makes it wait; whatever comes then
/// has it go on.
/// </summary>
internal sealed class Geo(IRecognizer recognizer, IOptions<EverturnOptions> node) : ActivityHandler
{
    private const string Waits = "waits";
    private const string Welcomed = "welcomed";

    private string Region => node.Value.Region;

    protected override async Task OnMembersAddedAsync(IReadOnlyList<ChannelAccount> membersAdded, TurnContext turn, CancellationToken cancellationToken)
    {
        // Channels may tell of each member by itself, and of later ones.
        if (!turn.ConversationState.Get<bool>(Welcomed))
        {
            turn.ConversationState.Set(Welcomed, true);
            await turn.SendActivityAsync(WelcomeCard.Message(Region, turn.Activity.ChannelId), cancellationToken);
        }
    }

    protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(turn.Activity.Text) && turn.Activity.Value is { ValueKind: JsonValueKind.String } pressed)
        {
            turn.Activity.Text = pressed.GetString();
        }

        var waits = turn.ConversationState.Get<bool>(Waits);
        var cancels = !waits && string.Equals(turn.Activity.Text?.Trim(), "cancel", StringComparison.OrdinalIgnoreCase);
        turn.ConversationState.Set(Waits, cancels);
        await turn.SendActivityAsync($"{await AnswerAsync()}\n\nAnswered from {Region}.", cancellationToken);

        async Task<string> AnswerAsync() =>
            cancels ? "OK, I wait. Say anything to go on."
            : waits ? "Here I am again. What can I do for you? Say something like \"flights from Vienna to Rome on Monday\"."
            // This turn only answers, so what a remote recognizer said need not outlive the node.
            : Understanding.Describe(await turn.RecognizeAsync(recognizer, StepDurability.Remembered, cancellationToken));
    }
}
