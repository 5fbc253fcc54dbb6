using Everturn.Dialogs.Flows;

namespace Everturn.Docs.Tests.Pages;

internal sealed class SignUpFlow() : FlowDialog("sign up")
{
    protected override async Task<object?> OnRunAsync(FlowContext flow)
    {
        var name = await flow.AskAsync<string>("What is your name?");
        var age = await flow.AskAsync<int>("How old are you?", validate: age => age is > 0 and < 150);
        await flow.SayAsync($"Hello {name}, {age}.");
        return name;
    }
}
