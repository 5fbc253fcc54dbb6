using Everturn.Dialogs;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

public sealed class WaterfallTests
{
    [Fact]
    public async Task Steps_run_in_their_order_one_a_message()
    {
        await using var talk = new Talk(new WaterfallDialog("steps", Say("one"), Say("two"), Say("three")));

        Assert.Equal(["one"], await talk.SayAsync("hello"));
        Assert.Equal(["two"], await talk.SayAsync("a"));
        Assert.Equal(["three"], await talk.SayAsync("b"));
        Assert.Equal(DialogTurnStatus.Waiting, talk.Result!.Status);
        Assert.Empty(await talk.SayAsync("c"));
        Assert.Equal(new DialogTurnResult(DialogTurnStatus.Complete, "c"), talk.Result);
        Assert.Equal(["one"], await talk.SayAsync("d"));
    }

    [Fact]
    public async Task Step_gets_the_text_of_the_message_and_says_why_it_runs()
    {
        await using var talk = new Talk(new WaterfallDialog(
            "steps",
            async (step, token) =>
            {
                await step.Context.SendActivityAsync($"{step.Index} {step.Reason} {step.Result}", token);
                return Dialog.EndOfTurn;
            },
            async (step, token) =>
            {
                await step.Context.SendActivityAsync($"{step.Index} {step.Reason} {step.Result}", token);
                return await step.NextAsync("handed on", token);
            },
            async (step, token) =>
            {
                await step.Context.SendActivityAsync($"{step.Index} {step.Reason} {step.Result}", token);
                return await step.EndDialogAsync("result", token);
            }));

        Assert.Equal(["0 BeginCalled "], await talk.SayAsync("hello"));
        Assert.Equal(["1 ContinueCalled a", "2 NextCalled handed on"], await talk.SayAsync("a"));
        Assert.Equal("result", talk.Result!.Result);
    }

    [Fact]
    public async Task Activity_that_is_no_message_does_not_move_a_waiting_step()
    {
        await using var talk = new Talk(new WaterfallDialog("steps", Say("one"), Say("two")));
        await talk.SayAsync("hello");
        var update = talk.Message(null);
        update.Type = "conversationUpdate";

        Assert.Empty(await talk.SendAsync(update));
        Assert.Equal(["two"], await talk.SayAsync("a"));
    }

    [Fact]
    public async Task Values_and_options_are_kept_from_turn_to_turn()
    {
        var inner = new WaterfallDialog(
            "inner",
            (step, _) =>
            {
                step.Values.Set("order", new Order("ham", 2));
                step.Values.Set("count", 1);
                return Task.FromResult(Dialog.EndOfTurn);
            },
            (step, _) =>
            {
                step.Values.Get<Order>("order")!.Extras.Add("cheese");
                step.Values.Set("count", step.Values.Get<int>("count") + 1);
                return Task.FromResult(Dialog.EndOfTurn);
            },
            async (step, token) =>
            {
                var order = step.Values.Get<Order>("order")!;
                await step.Context.SendActivityAsync(
                    $"{order.Name} {order.Count} {string.Join(' ', order.Extras)} {step.Values.Get<long>("count")} for {step.GetOptions<Order>()!.Name}", token);
                return await step.EndDialogAsync(cancellationToken: token);
            });
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog("main", (step, token) => step.BeginDialogAsync("inner", new Order("Ann", 1), token)))
            .AddDialog(inner));

        await talk.SayAsync("a");
        await talk.SayAsync("b");

        Assert.Equal(["ham 2 cheese 2 for Ann"], await talk.SayAsync("c"));
    }

    [Fact]
    public async Task Value_read_as_another_type_fails_with_a_clear_error()
    {
        await using var talk = new Talk(new WaterfallDialog(
            "steps",
            (step, _) =>
            {
                step.Values.Set("order", "ham");
                return Task.FromResult(Dialog.EndOfTurn);
            },
            (step, _) => Task.FromResult(new DialogTurnResult(DialogTurnStatus.Complete, step.Values.Get<int>("order")))));
        await talk.SayAsync("a");

        Assert.StartsWith("ET1100", (await talk.FailAsync("b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_of_a_waterfall_retry_and_hand_their_results_on()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog(
                "main",
                (step, token) => step.PromptAsync("number", Ask("Enter a number."), token),
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"Thanks for {(int)step.Result!}", token);
                    return await step.PromptAsync("number", Ask("Another."), token);
                },
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"Got {(int)step.Result!}", token);
                    return await step.EndDialogAsync(step.Result, token);
                }))
            .AddDialog(new NumberPrompt<int>("number")));

        Assert.Equal(["Enter a number."], await talk.SayAsync("hello"));
        Assert.Equal(["No number."], await talk.SayAsync("hello again"));
        Assert.Equal(["Thanks for 42", "Another."], await talk.SayAsync("42"));
        Assert.Equal(["No number."], await talk.SayAsync("x"));
        Assert.Equal(["No number."], await talk.SayAsync("99999999999"));
        Assert.Equal(["Got 64"], await talk.SayAsync("64"));
        Assert.Equal(new DialogTurnResult(DialogTurnStatus.Complete, 64), talk.Result);

        static PromptOptions Ask(string question) => new() { Prompt = MessageFactory.Text(question), RetryPrompt = MessageFactory.Text("No number.") };
    }

    [Fact]
    public async Task Waterfalls_nest_and_each_goes_on_where_it_was()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog("a", Begin("one", "b"), Say("two")))
            .AddDialog(new WaterfallDialog("b", Begin("one.one", "c"), Say("one.two")))
            .AddDialog(new WaterfallDialog("c", Say("one.one.one"))));

        Assert.Equal(["one", "one.one", "one.one.one"], await talk.SayAsync("x"));
        Assert.Equal(["one.two"], await talk.SayAsync("x"));
        Assert.Equal(["two"], await talk.SayAsync("x"));

        static WaterfallStep Begin(string text, string dialog) => async (step, token) =>
        {
            await step.Context.SendActivityAsync(text, token);
            return await step.BeginDialogAsync(dialog, null, token);
        };
    }

    [Fact]
    public async Task Step_that_replaces_its_waterfall_loops()
    {
        await using var talk = new Talk(new WaterfallDialog(
            "loop",
            async (step, token) =>
            {
                await step.Context.SendActivityAsync($"round {step.GetOptions<int>()}", token);
                return Dialog.EndOfTurn;
            },
            (step, token) => step.ReplaceDialogAsync("loop", step.GetOptions<int>() + 1, token)));

        for (var round = 0; round < 5; round++)
        {
            Assert.Equal([$"round {round}"], await talk.SayAsync("x"));
        }

        Assert.Equal(1, talk.State.Split("\"loop\"").Length - 1);
    }

    [Fact]
    public async Task Step_that_calls_next_twice_or_returns_null_fails_with_a_clear_error()
    {
        await using var twice = new Talk(new WaterfallDialog(
            "twice",
            async (step, token) =>
            {
                await step.NextAsync(null, token);
                return await step.NextAsync(null, token);
            },
            (_, _) => Task.FromResult(Dialog.EndOfTurn)));
        await using var nothing = new Talk(new WaterfallDialog("nothing", (_, _) => Task.FromResult<DialogTurnResult>(null!)));

        Assert.StartsWith("ET1106", (await twice.FailAsync("x")).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1105", (await nothing.FailAsync("x")).Message, StringComparison.Ordinal);
    }

    private static WaterfallStep Say(string text) => async (step, token) =>
    {
        await step.Context.SendActivityAsync(text, token);
        return Dialog.EndOfTurn;
    };

    private sealed record Order(string Name, int Count)
    {
        public List<string> Extras { get; init; } = [];
    }
}
