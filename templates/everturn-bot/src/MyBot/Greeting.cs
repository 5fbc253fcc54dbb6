using Everturn.Dialogs.Flows;

namespace MyBot;

/// <summary>Asks for a name and says hello.</summary>
public sealed class Greeting() : FlowDialog("greeting")
{
    protected override async Task<object?> OnRunAsync(FlowContext flow)
    {
        var name = await flow.AskAsync<string>("What is your name?");
        await flow.SayAsync($"Hello, {name}!");
        return name;
    }
}
