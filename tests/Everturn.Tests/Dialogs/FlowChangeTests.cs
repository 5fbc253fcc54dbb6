using Everturn.Dialogs;
using Everturn.Dialogs.Flows;

namespace Everturn.Tests.Dialogs;

/// <summary>Flows whose code changes under a running conversation.</summary>
public sealed class FlowChangeTests
{
    private static readonly FlowDialog Original = Flow(async flow =>
    {
        await flow.AskAsync<string>("name?");
        await flow.AskAsync<int>("age?");
        await flow.SayAsync("end");
    });

    public static TheoryData<string, int, string, string> Changes => new()
    {
        { "reworded", 0, "ask text 'name?'", "ask text 'your name?'" },
        { "retyped", 1, "ask number 'age?'", "ask text 'age?'" },
        { "inserted", 1, "ask number 'age?'", "once 'log'" },
        { "removed", 0, "ask text 'name?'", "ask number 'age?'" },
        { "shortened", 1, "ask number 'age?'", "the end of the flow" },
        { "cancelling", 0, "ask text 'name?'", "cancel" },
        { "beginning anew", 1, "ask number 'age?'", "begin anew" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Changed_flow_fails_with_the_place_of_the_difference(string change, int position, string recorded, string now)
    {
        await using var talk = new Talk(Original);
        await talk.SayAsync("go");
        await talk.SayAsync("Ann");
        talk.Root = Changed(change);

        var error = Assert.IsType<FlowChangedException>(await talk.FailAsync("7"));

        Assert.StartsWith($"ET1110: the flow 'flow' differs from what this conversation has recorded. Position {position}: recorded {recorded}, now {now}.", error.Message, StringComparison.Ordinal);
        Assert.Equal((position, recorded, now), (error.Position, error.Recorded, error.Now));
        talk.Root = Original;
        Assert.Equal(["end"], await talk.SayAsync("7"));
    }

    [Fact]
    public async Task Changed_flow_restarts_with_its_first_input_where_that_is_chosen()
    {
        await using var talk = new Talk(Root(Flow(async flow => await flow.AskAsync<string>("name?"))));
        await talk.SayAsync("go");
        talk.Root = Root(Flow(
            async flow =>
            {
                await flow.SayAsync($"begins with {flow.GetInput<int>()}");
                await flow.AskAsync<string>("your name?");
            },
            new FlowOptions { OnChanged = FlowChangePolicy.Restart }));

        Assert.Equal(["begins with 5", "your name?"], await talk.SayAsync("Ann"));
        Assert.Empty(await talk.SayAsync("Ann"));
        Assert.Equal(DialogTurnStatus.Complete, talk.Result!.Status);

        static ComponentDialog Root(FlowDialog flow) => new ComponentDialog("root")
            .AddDialog(new WaterfallDialog("main", (step, token) => step.BeginDialogAsync("flow", 5, token)))
            .AddDialog(flow);
    }

    [Fact]
    public async Task Flow_restarts_for_its_own_changes_and_not_for_those_of_a_flow_that_it_calls()
    {
        await using var talk = new Talk(Calling("name?"));
        await talk.SayAsync("go");
        talk.Root = Calling("your name?");

        Assert.Contains("the flow 'child'", Assert.IsType<FlowChangedException>(await talk.FailAsync("Ann")).Message, StringComparison.Ordinal);

        static FlowDialog Calling(string question) => Flow(
            async flow => await flow.CallAsync<string>(new FlowDialog("child", async child => await child.AskAsync<string>(question))),
            new FlowOptions { OnChanged = FlowChangePolicy.Restart });
    }

    [Fact]
    public async Task Changed_flow_below_another_dialog_restarts_when_that_has_ended()
    {
        await using var talk = new Talk(Root(Flow(async flow => await flow.AskAsync<string>("name?"))));
        await talk.SayAsync("go");
        await talk.SayAsync("cover");
        talk.Root = Root(Flow(
            async flow => await flow.SayAsync(await flow.AskAsync<string>("your name?")),
            new FlowOptions { OnChanged = FlowChangePolicy.Restart }));

        Assert.Equal(["your name?"], await talk.SayAsync("uncover"));
        Assert.Equal(["Ann"], await talk.SayAsync("Ann"));

        static ComponentDialog Root(FlowDialog flow) => new Covering(flow);
    }

    [Fact]
    public async Task Difference_cannot_be_caught_by_the_flow()
    {
        await using var talk = new Talk(Original);
        await talk.SayAsync("go");
        talk.Root = Flow(async flow =>
        {
            try
            {
                await flow.AskAsync<string>("your name?");
            }
            catch (Exception)
            {
                await flow.SayAsync("caught");
            }
        });

        Assert.IsType<FlowChangedException>(await talk.FailAsync("Ann"));
    }

    [Fact]
    public async Task Question_with_a_name_may_be_reworded()
    {
        await using var talk = new Talk(Flow(async flow =>
        {
            await flow.AskAsync<string>("name?", name: "name");
            await flow.AskAsync<int>("age?", name: "age");
        }));
        await talk.SayAsync("go");
        await talk.SayAsync("Ann");
        talk.Root = Flow(async flow =>
        {
            var name = await flow.AskAsync<string>("What is your name?", name: "name");
            await flow.SayAsync("a new line");
            var age = await flow.AskAsync<int>("How old are you?", name: "age");
            await flow.SayAsync($"{name} {age}");
        });

        Assert.Equal(["How old are you?"], await talk.SayAsync("old"));
        Assert.Equal(["Ann 7"], await talk.SayAsync("7"));
    }

    [Fact]
    public async Task Conversation_goes_on_with_the_version_that_it_began_with()
    {
        await using var old = new Talk(Original);
        await using var fresh = new Talk(Versioned(2));
        await old.SayAsync("go");
        await old.SayAsync("Ann");
        old.Root = Versioned(2);

        Assert.Equal(["end"], await old.SayAsync("7"));
        await fresh.SayAsync("go");
        Assert.Equal(["town?"], await fresh.SayAsync("Ann"));
        fresh.Root = Versioned(3);
        Assert.Equal(["age?"], await fresh.SayAsync("Rome"));
        Assert.Equal(["end"], await fresh.SayAsync("7"));
        await old.SayAsync("go");
        Assert.Equal(["town?"], await old.SayAsync("Bob"));

        static FlowDialog Versioned(int newest) => Flow(async flow =>
        {
            await flow.AskAsync<string>("name?");
            switch (await flow.VersionAsync("town", 1, newest))
            {
                case 2:
                    await flow.AskAsync<string>("town?");
                    break;
                case 3:
                    await flow.AskAsync<string>("country?");
                    break;
            }

            await flow.AskAsync<int>("age?");
            await flow.SayAsync("end");
        });
    }

    [Fact]
    public async Task Version_that_the_code_has_dropped_is_a_difference()
    {
        await using var talk = new Talk(Original);
        await talk.SayAsync("go");
        await talk.SayAsync("Ann");
        talk.Root = Flow(async flow =>
        {
            await flow.AskAsync<string>("name?");
            await flow.VersionAsync("town", 1, 2);
            await flow.AskAsync<int>("age?");
            await flow.VersionAsync("town", 2, 3);
        });

        var error = Assert.IsType<FlowChangedException>(await talk.FailAsync("7"));
        Assert.Equal("version 1 of 'town'", error.Recorded);
    }

    [Fact]
    public async Task Called_dialog_that_is_gone_is_a_difference()
    {
        await using var talk = new Talk(Calling("old"));
        await talk.SayAsync("go");
        talk.Root = Calling("new");

        Assert.Contains("'old'", Assert.IsType<FlowChangedException>(await talk.FailAsync("x")).Message, StringComparison.Ordinal);

        static FlowDialog Calling(string inner) => Flow(async flow => await flow.CallAsync<string>(new ComponentDialog("called")
            .AddDialog(new WaterfallDialog(inner, (_, _) => Task.FromResult(Dialog.EndOfTurn)))));
    }

    private static FlowDialog Changed(string change) => Flow(async flow =>
    {
        if (change == "cancelling")
        {
            await flow.CancelAsync();
        }

        if (change != "removed")
        {
            await flow.AskAsync<string>(change == "reworded" ? "your name?" : "name?");
        }

        switch (change)
        {
            case "inserted":
                await flow.OnceAsync("log", _ => Task.CompletedTask);
                break;
            case "retyped":
                await flow.AskAsync<string>("age?");
                break;
            case "shortened":
                return;
            case "beginning anew":
                await flow.ContinueAsNewAsync(1);
                break;
        }

        await flow.AskAsync<int>("age?");
    });

    private static FlowDialog Flow(Func<FlowContext, Task> method, FlowOptions? options = null) => new("flow", method, options);
}
