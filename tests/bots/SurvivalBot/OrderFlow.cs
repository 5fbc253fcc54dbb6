using Everturn.Dialogs.Flows;

namespace SurvivalBot;

/// <summary>Asks four questions, one of them in a flow of its own, calls out twice in one turn, and asks once more for a moment.</summary>
internal sealed class OrderFlow(Outside outside) : FlowDialog("order")
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);

    protected override async Task<object?> OnRunAsync(FlowContext flow)
    {
        var size = await flow.AskAsync<int>("How big?");
        var topping = await flow.ChooseAsync("What on it?", ["ham", "cheese"]);
        var name = await flow.CallAsync<string>(new FlowDialog("name", async called => await called.AskAsync<string>("Who are you?")));
        if (!await flow.ConfirmAsync($"{size} with {topping} for {name}?"))
        {
            return null;
        }

        var charge = await flow.OnceAsync("charge", (key, token) => outside.CallAsync("charge", flow.Conversation.Id, key, token));
        var bake = await flow.OnceAsync("bake", (key, token) => outside.CallAsync("bake", flow.Conversation.Id, key, token));
        await flow.SayAsync($"Charged by call {charge}, baked by call {bake}.");
        var tip = await flow.TryAskAsync<int>("A tip?", Moment);
        await flow.SayAsync(tip.IsAnswered ? $"Thank you for {tip.Value}." : "No tip, then.");
        return null;
    }
}
