using System.Globalization;
using Everturn.Dialogs;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

public sealed class ComponentTests
{
    [Fact]
    public async Task Component_within_a_component_keeps_its_own_stack_and_returns_its_result()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog(
                "main",
                (step, token) => step.PromptAsync("text", Ask("name?"), token),
                (step, token) => step.BeginDialogAsync("child", step.Result, token),
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"main got {step.Result}", token);
                    return await step.EndDialogAsync("done", token);
                }))
            .AddDialog(new TextPrompt("text"))
            .AddDialog(new ComponentDialog("child")
                .AddDialog(new WaterfallDialog(
                    "main",
                    (step, token) => step.PromptAsync("text", Ask($"age of {step.GetOptions<string>()}?"), token),
                    (step, token) => step.EndDialogAsync($"{step.GetOptions<string>()} {step.Result}", token)))
                .AddDialog(new TextPrompt("text"))));

        Assert.Equal(["name?"], await talk.SayAsync("hello"));
        Assert.Equal(["age of Ann?"], await talk.SayAsync("Ann"));
        Assert.Equal(["main got Ann 7"], await talk.SayAsync("7"));
        Assert.Equal(new DialogTurnResult(DialogTurnStatus.Complete, "done"), talk.Result);
        Assert.Equal("""{"stack":[]}""", talk.State);
    }

    [Fact]
    public async Task Stack_is_stored_as_plain_json_without_names_of_types()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog("main", (step, token) => step.PromptAsync("text", Ask("name?"), token)))
            .AddDialog(new TextPrompt("text")));

        await talk.SayAsync("hello");

        Assert.Equal(
            """{"stack":[{"id":"root","state":{"dialogs":{"stack":["""
            + """{"id":"text","state":{"options":{"prompt":{"type":"message","text":"name?"}},"prompt":{"attempts":0,"stamp":"1.0"}}},"""
            + """{"id":"main","state":{"step":0,"values":{}}}]}}}]}""",
            talk.State);
    }

    [Fact]
    public async Task Dialog_of_the_parent_can_be_begun_in_the_child()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new ComponentDialog("child").AddDialog(new WaterfallDialog(
                "main",
                (step, token) => step.BeginDialogAsync("shared", "test", token),
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"child got {step.Result} in {step.Parent!.ActiveDialog!.Id}", token);
                    return await step.EndDialogAsync(null, token);
                })))
            .AddDialog(new WaterfallDialog(
                "shared",
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"shared got {step.GetOptions<string>()}", token);
                    return Dialog.EndOfTurn;
                },
                (step, token) => step.EndDialogAsync(step.Result, token))));

        Assert.Equal(["shared got test"], await talk.SayAsync("x"));
        Assert.Equal(["child got y in child"], await talk.SayAsync("y"));
    }

    [Fact]
    public async Task Component_that_cancels_on_a_word_ends_all_its_dialogs()
    {
        var root = new Interrupted();
        await using var talk = new Talk(root);

        Assert.Equal(["name?"], await talk.SayAsync("hello"));
        Assert.Equal(["cancelled"], await talk.SayAsync("cancel"));
        Assert.Equal(DialogTurnStatus.Cancelled, talk.Result!.Status);
        Assert.Equal(["end prompt CancelCalled", "end root EndCalled"], root.Ends);
        Assert.Equal(["name?"], await talk.SayAsync("hello"));
    }

    [Fact]
    public async Task Component_that_helps_on_a_word_goes_on_with_its_question()
    {
        await using var talk = new Talk(new Interrupted());
        await talk.SayAsync("hello");

        Assert.Equal(["a name is what people call you", "name?"], await talk.SayAsync("help"));
        Assert.Equal(["hello Ann"], await talk.SayAsync("Ann"));
    }

    [Fact]
    public async Task Dialog_put_above_a_question_has_it_asked_again_when_it_ends()
    {
        await using var talk = new Talk(new Interrupted());
        await talk.SayAsync("hello");

        Assert.Equal(["more?"], await talk.SayAsync("manual"));
        Assert.Equal(["end of manual", "name?"], await talk.SayAsync("no"));
        Assert.Equal(["hello Ann"], await talk.SayAsync("Ann"));
    }

    [Fact]
    public async Task Child_that_cancels_its_parents_leaves_nothing_on_any_stack()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new ComponentDialog("child").AddDialog(new WaterfallDialog(
                "main",
                (_, _) => Task.FromResult(Dialog.EndOfTurn),
                (step, token) => step.CancelAllDialogsAsync(cancelParents: true, token)))));
        await talk.SayAsync("x");

        await talk.SayAsync("y");

        Assert.Equal(DialogTurnStatus.Cancelled, talk.Result!.Status);
        Assert.Equal("""{"stack":[]}""", talk.State);
    }

    [Theory]
    [InlineData(BrokenStackPolicy.Restart)]
    [InlineData(BrokenStackPolicy.Error)]
    public async Task Stack_with_a_dialog_that_is_gone_restarts_or_fails_as_chosen(BrokenStackPolicy policy)
    {
        await using var talk = new Talk(Root("old"), policy);
        await talk.SayAsync("x");
        await talk.SayAsync("y");
        talk.Root = Root("new");

        if (policy is BrokenStackPolicy.Restart)
        {
            Assert.Equal(["root begins"], await talk.SayAsync("z"));
            Assert.Equal(["new begins"], await talk.SayAsync("z"));
        }
        else
        {
            var error = Assert.IsType<BrokenStackException>(await talk.FailAsync("z"));
            Assert.StartsWith("ET1101", error.Message, StringComparison.Ordinal);
            Assert.Equal("old", error.DialogId);
            talk.Root = Root("old");
            Assert.Equal(["old ends"], await talk.SayAsync("z"));
        }

        static ComponentDialog Root(string inner) => new ComponentDialog("root")
            .AddDialog(new WaterfallDialog(
                "main",
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync("root begins", token);
                    return Dialog.EndOfTurn;
                },
                (step, token) => step.BeginDialogAsync(inner, null, token)))
            .AddDialog(new WaterfallDialog(
                inner,
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"{inner} begins", token);
                    return Dialog.EndOfTurn;
                },
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"{inner} ends", token);
                    return await step.EndDialogAsync(null, token);
                }));
    }

    [Fact]
    public async Task Stack_with_a_dialog_that_has_become_another_kind_restarts()
    {
        await using var talk = new Talk(new WaterfallDialog("root", (_, _) => Task.FromResult(Dialog.EndOfTurn)));
        await talk.SayAsync("x");
        talk.Root = new ComponentDialog("root").AddDialog(new WaterfallDialog("main", async (step, token) =>
        {
            await step.Context.SendActivityAsync("begins", token);
            return Dialog.EndOfTurn;
        }));

        Assert.Equal(["begins"], await talk.SayAsync("y"));
    }

    [Fact]
    public async Task Waterfall_that_has_lost_the_step_that_waits_restarts_as_any_that_cannot_go_on()
    {
        await using var talk = new Talk(Counting(3));
        Assert.Equal(["0"], await talk.SayAsync("x"));
        Assert.Equal(["1"], await talk.SayAsync("x"));
        talk.Root = Counting(2);
        Assert.Empty(await talk.SayAsync("x"));
        Assert.Equal(DialogTurnStatus.Complete, talk.Result!.Status);
        talk.Root = Counting(3);
        await talk.SayAsync("x");
        await talk.SayAsync("x");
        talk.Root = Counting(1);

        Assert.Equal(["0"], await talk.SayAsync("x"));

        static WaterfallDialog Counting(int steps) => new("root", Enumerable.Repeat<WaterfallStep>(
            async (step, token) =>
            {
                await step.Context.SendActivityAsync(step.Index.ToString(CultureInfo.InvariantCulture), token);
                return Dialog.EndOfTurn;
            },
            steps));
    }

    [Fact]
    public async Task Mistakes_of_the_code_are_named()
    {
        await using var unknown = new Talk(new WaterfallDialog("root", (step, token) => step.BeginDialogAsync("nowhere", null, token)));
        await using var empty = new Talk(new ComponentDialog("root"));
        await using var bare = new Talk(new TextPrompt("root"));

        Assert.StartsWith("ET1103", (await unknown.FailAsync("x")).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1104", (await empty.FailAsync("x")).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1107", (await bare.FailAsync("x")).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "ET1102",
            Assert.Throws<ArgumentException>(() => new DialogSet().Add(new TextPrompt("a")).Add(new TextPrompt("a"))).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new TextPrompt(""));
        Assert.Throws<ArgumentNullException>(() => new WaterfallDialog("a").AddStep(null!));
    }

    private static PromptOptions Ask(string question) => new() { Prompt = MessageFactory.Text(question) };

    private sealed class Interrupted : ComponentDialog
    {
        public Interrupted()
            : base("root")
        {
            AddDialog(new WaterfallDialog(
                "main",
                (step, token) => step.PromptAsync("name", Ask("name?"), token),
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"hello {step.Result}", token);
                    return await step.EndDialogAsync(null, token);
                }));
            AddDialog(new TextPrompt("name"));
            AddDialog(new Watched(Ends));
            AddDialog(new WaterfallDialog(
                "manual",
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync("more?", token);
                    return Dialog.EndOfTurn;
                },
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync("end of manual", token);
                    return await step.EndDialogAsync(null, token);
                }));
        }

        public List<string> Ends { get; } = [];

        protected override async Task<DialogTurnResult> OnContinueDialogAsync(DialogContext innerDc, CancellationToken cancellationToken)
        {
            switch (innerDc.Context.Activity.Text)
            {
                case "cancel":
                    await innerDc.BeginDialogAsync("watched", null, cancellationToken);
                    await innerDc.Context.SendActivityAsync("cancelled", cancellationToken);
                    return await innerDc.CancelAllDialogsAsync(cancellationToken: cancellationToken);
                case "help":
                    await innerDc.Context.SendActivityAsync("a name is what people call you", cancellationToken);
                    await innerDc.RepromptDialogAsync(cancellationToken);
                    return EndOfTurn;
                case "manual":
                    return await innerDc.BeginDialogAsync("manual", null, cancellationToken);
                default:
                    return await base.OnContinueDialogAsync(innerDc, cancellationToken);
            }
        }

        protected override Task OnEndDialogAsync(
            DialogContext dc, DialogInstance instance, DialogReason reason, CancellationToken cancellationToken)
        {
            Ends.Add($"end root {reason}");
            return Task.CompletedTask;
        }

        private sealed class Watched(List<string> ends) : Dialog("watched")
        {
            public override Task<DialogTurnResult> BeginDialogAsync(
                DialogContext dc, object? options = null, CancellationToken cancellationToken = default) => Task.FromResult(EndOfTurn);

            public override Task EndDialogAsync(
                DialogContext dc, DialogInstance instance, DialogReason reason, CancellationToken cancellationToken = default)
            {
                ends.Add($"end prompt {reason}");
                return Task.CompletedTask;
            }
        }
    }
}
