using System.Text.Json;
using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

public sealed class FlowTests
{
    [Fact]
    public async Task Flow_asks_branches_calls_once_and_ends()
    {
        var orders = new List<string>();
        await using var talk = new Talk(new FlowDialog("order", async flow =>
        {
            await flow.SayAsync("Welcome.");
            var size = await flow.AskAsync<int>("How big?", retry: "A number, please.");
            var topping = await flow.ChooseAsync("What on it?", ["ham", "cheese"]);
            if (await flow.ConfirmAsync($"Order {size} with {topping}?"))
            {
                var id = await flow.OnceAsync("order", (key, _) =>
                {
                    orders.Add(key);
                    return Task.FromResult($"#{orders.Distinct().Count()}");
                });
                await flow.SayAsync($"Ordered {id}.");
            }
            else
            {
                await flow.SayAsync("Well then.");
            }

            var stars = await flow.AskAsync<int>("How was it?");
            return $"{size} {topping} {stars}";
        }));

        Assert.Equal(["Welcome.", "How big?"], await talk.SayAsync("hello"));
        Assert.Equal(["A number, please."], await talk.SayAsync("big"));
        Assert.Equal(["What on it?"], await talk.SayAsync("30"));
        Assert.Equal(["Order 30 with ham?"], await talk.SayAsync("HAM"));
        Assert.Equal(["Ordered #1.", "How was it?"], await talk.SayAsync("yes"));
        Assert.Empty(await talk.SayAsync("5"));
        Assert.Equal(new DialogTurnResult(DialogTurnStatus.Complete, "30 ham 5"), talk.Result);
        Assert.Single(orders.Distinct());
        Assert.Equal(["Welcome.", "How big?"], await talk.SayAsync("again"));
    }

    [Fact]
    public async Task Record_is_plain_json()
    {
        await using var talk = new Talk(new FlowDialog("order", async flow =>
        {
            await flow.AskAsync<int>("How big?");
            await flow.AskAsync<string>("For whom?", name: "customer");
        }));
        await talk.SayAsync("hello");
        await talk.SayAsync("30");

        Assert.Equal(
            """{"stack":[{"id":"order","state":{"flow":{"history":[{"op":"ask number","key":"How big?","value":30}]"""
            + ""","waiting":{"op":"ask text","key":"customer","prompt":{"attempts":0,"stamp":"2.0"}}}}}]}""",
            talk.State);
    }

    [Fact]
    public async Task Every_kind_of_question_returns_its_type()
    {
        await using var talk = new Talk(new FlowDialog("kinds", async flow =>
        {
            object?[] answers =
            [
                await flow.AskAsync<string>("text"),
                await flow.AskAsync<long>("long", validate: value => value > 0),
                await flow.AskAsync<decimal>("decimal"),
                await flow.AskAsync<double>("double"),
                await flow.AskAsync<bool>("bool"),
                await flow.AskAsync<DateOnly>("date"),
                await flow.AskAsync<TimeOnly>("time"),
                await flow.AskAsync<DateTime>("both"),
                await flow.AskAsync<DateTimeResolution>("moment"),
                (await flow.AskAsync(new ChoicePrompt("choice"), new PromptOptions { Prompt = MessageFactory.Text("choice"), Choices = ChoiceFactory.ToChoices("a", "b") })).Index,
                (await flow.AskAsync<List<Attachment>>("files"))[0].Name,
            ];
            return JsonSerializer.Serialize(answers);
        }));
        Assert.Equal(["text"], await talk.SayAsync("go"));
        Assert.Equal(["long"], await talk.SayAsync("x"));
        Assert.Equal(["long"], await talk.SayAsync("-1"));
        Assert.Equal(["decimal"], await talk.SayAsync("7"));
        Assert.Equal(["double"], await talk.SayAsync("1.234,5", "de-DE"));
        Assert.Equal(["bool"], await talk.SayAsync("0.1"));
        Assert.Equal(["date"], await talk.SayAsync("nein", "de-DE"));
        Assert.Equal(["date"], await talk.SayAsync("15:00"));
        Assert.Equal(["time"], await talk.SayAsync("2027-03-04"));
        Assert.Equal(["both"], await talk.SayAsync("15:00"));
        Assert.Equal(["both"], await talk.SayAsync("2027-03-04"));
        Assert.Equal(["moment"], await talk.SayAsync("2027-03-04 15:00"));
        Assert.Equal(["choice"], await talk.SayAsync("9:00"));
        Assert.Equal(["files"], await talk.SayAsync("2"));
        var message = talk.Message("");
        message.Attachments = [new Attachment { Name = "a.png" }];
        await talk.SendAsync(message);

        Assert.Equal(
            """["x",7,1234.5,0.1,false,"2027-03-04","15:00:00","2027-03-04T15:00:00",{"Date":null,"Time":"09:00:00","Offset":null},1,"a.png"]""",
            talk.Result!.Result);
    }

    [Fact]
    public async Task Culture_of_the_flow_counts_for_messages_that_name_none()
    {
        await using var talk = new Talk(new FlowDialog(
            "culture",
            async flow => $"{await flow.AskAsync<decimal>("number?") == 1234.5m} {await flow.ConfirmAsync("sure?")}",
            new FlowOptions { DefaultLocale = "de-DE" }));
        await talk.SayAsync("go");
        await talk.SayAsync("1.234,5");
        await talk.SayAsync("ja");

        Assert.Equal("True True", talk.Result!.Result);
    }

    [Fact]
    public async Task Question_for_an_unknown_type_fails_with_a_clear_error()
    {
        await using var talk = new Talk(new FlowDialog("kinds", async flow => await flow.AskAsync<Uri>("where?")));

        Assert.StartsWith("ET1116", (await talk.FailAsync("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Loop_collects_answers_and_a_replay_says_nothing_twice()
    {
        await using var talk = new Talk(new FlowDialog("list", async flow =>
        {
            var items = new List<string>();
            while (true)
            {
                var item = await flow.AskAsync<string>("next?");
                if (item == "done")
                {
                    return string.Join(' ', items);
                }

                items.Add(item);
                await flow.SayAsync($"{items.Count} so far");
            }
        }));
        await talk.SayAsync("go");

        for (var item = 1; item <= 5; item++)
        {
            Assert.Equal([$"{item} so far", "next?"], await talk.SayAsync($"i{item}"));
        }

        await talk.SayAsync("done");
        Assert.Equal("i1 i2 i3 i4 i5", talk.Result!.Result);
    }

    [Fact]
    public async Task Exception_of_a_flow_fails_the_turn_and_records_nothing()
    {
        var isMended = false;
        await using var talk = new Talk(new FlowDialog("fails", async flow =>
        {
            var name = await flow.AskAsync<string>("name?");
            if (!isMended)
            {
                throw new InvalidDataException("boom");
            }

            await flow.SayAsync($"hello {name}");
        }));
        await talk.SayAsync("go");

        Assert.Equal("boom", (await talk.FailAsync("Ann")).Message);
        isMended = true;
        Assert.Equal(["hello Bob"], await talk.SayAsync("Bob"));
    }

    [Fact]
    public async Task Failure_of_a_call_that_the_flow_catches_is_recorded_and_not_called_again()
    {
        var keys = new HashSet<string>();
        var isRefused = true;
        var paid = 0;
        await using var talk = new Talk(new FlowDialog("charge", async flow =>
        {
            while (true)
            {
                try
                {
                    var receipt = await flow.OnceAsync("charge", (key, _) =>
                    {
                        keys.Add(key);
                        return isRefused ? throw new IOException("refused") : Task.FromResult($"paid {++paid}");
                    });
                    await flow.SayAsync(receipt);
                    return;
                }
                catch (FlowStepException exception)
                {
                    await flow.SayAsync(exception.Reason);
                    await flow.AskAsync<string>("Again?");
                }
            }
        }));

        Assert.Equal(["IOException: refused", "Again?"], await talk.SayAsync("go"));
        Assert.Equal(["IOException: refused", "Again?"], await talk.SayAsync("yes"));
        isRefused = false;
        Assert.Equal(["paid 1"], await talk.SayAsync("yes"));
        Assert.Equal(3, keys.Count);
        Assert.Equal(1, paid);
    }

    [Fact]
    public async Task Call_tried_again_in_the_same_turn_keeps_its_key()
    {
        var keys = new List<string>();
        await using var talk = new Talk(new FlowDialog("charge", async flow =>
        {
            for (var attempt = 0; attempt < 2; attempt++)
            {
                try
                {
                    await flow.OnceAsync("charge", (key, _) =>
                    {
                        keys.Add(key);
                        return keys.Count < 2 ? throw new IOException("refused") : Task.FromResult(true);
                    });
                }
                catch (FlowStepException)
                {
                    await flow.SayAsync("once more");
                }
            }
        }));

        Assert.Equal(["once more"], await talk.SayAsync("go"));
        Assert.Equal(2, keys.Count);
        Assert.Single(keys.Distinct());
    }

    [Fact]
    public async Task Failure_of_a_call_that_nobody_catches_fails_the_turn_with_its_cause()
    {
        await using var talk = new Talk(new FlowDialog("charge", async flow => await flow.OnceAsync("charge", Task (_) => throw new IOException("refused"))));

        var error = await talk.FailAsync("go");

        Assert.IsType<FlowStepException>(error);
        Assert.StartsWith("ET1114", error.Message, StringComparison.Ordinal);
        Assert.Equal("refused", Assert.IsType<IOException>(error.InnerException).Message);
    }

    [Fact]
    public async Task Time_random_numbers_and_the_turn_are_recorded_as_they_were()
    {
        var seen = new List<string>();
        await using var talk = new Talk(new FlowDialog("values", async flow =>
        {
            var now = await flow.NowAsync();
            var random = await flow.RandomAsync(1_000_000);
            var said = await flow.TurnAsync("said", turn => turn.Activity.Text);
            await flow.TurnAsync("count", turn => turn.ConversationState.Set("count", turn.ConversationState.Get<int>("count") + 1));
            await flow.AskAsync<string>("a?");
            await flow.AskAsync<string>("b?");
            seen.Add($"{now:O} {random} {said}");
            await flow.SayAsync($"{now:O} {random} {said}");
            await flow.AskAsync<string>("c?");
        }));
        await talk.SayAsync("first");
        await talk.SayAsync("second");
        await talk.SayAsync("third");
        await talk.SayAsync("fourth");

        Assert.EndsWith(" first", Assert.Single(seen.Distinct()), StringComparison.Ordinal);
        Assert.Equal("1", talk.Values["count"]);
    }

    [Fact]
    public async Task Input_reaches_the_flow_in_every_turn()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog(
                "main",
                (step, token) => step.BeginDialogAsync("greet", new { Name = "Ann", Age = 7 }, token),
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"main got {step.Result}", token);
                    return await step.EndDialogAsync(null, token);
                }))
            .AddDialog(new FlowDialog("greet", async flow =>
            {
                var greeting = await flow.AskAsync<string>("How?");
                var person = flow.GetInput<Person>()!;
                return $"{greeting} {person.Name}, {person.Age}";
            })));

        Assert.Equal(["How?"], await talk.SayAsync("go"));
        Assert.Equal(["main got Hi Ann, 7"], await talk.SayAsync("Hi"));
    }

    [Fact]
    public async Task Called_dialogs_and_flows_keep_their_own_record_and_return_their_results()
    {
        var child = new FlowDialog("child", async flow =>
        {
            var name = await flow.AskAsync<string>($"{flow.GetInput<string>()} name?");
            return new Person(name, await flow.AskAsync<int>("age?"));
        });
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new FlowDialog("main", async flow =>
            {
                var first = await flow.CallAsync<Person>(child, "first");
                var second = await flow.CallAsync<Person>(child, "second");
                var color = await flow.CallAsync<string>("color", new PromptOptions { Prompt = MessageFactory.Text("color?") });
                await flow.SayAsync($"{first!.Name} {first.Age}, {second!.Name} {second.Age}, {color}");
            }))
            .AddDialog(new TextPrompt("color")));

        Assert.Equal(["first name?"], await talk.SayAsync("go"));
        Assert.Equal(["age?"], await talk.SayAsync("Ann"));
        Assert.Equal(["age?"], await talk.SayAsync("old"));
        Assert.Equal(["second name?"], await talk.SayAsync("7"));
        Assert.Equal(["age?"], await talk.SayAsync("Bob"));
        Assert.Equal(["color?"], await talk.SayAsync("8"));
        Assert.Equal(["Ann 7, Bob 8, red"], await talk.SayAsync("red"));
    }

    [Fact]
    public async Task Called_flow_that_asks_nothing_returns_in_the_same_turn()
    {
        await using var talk = new Talk(new FlowDialog("main", async flow =>
            await flow.SayAsync($"{await flow.CallAsync<int>(new FlowDialog("child", _ => Task.FromResult<object?>(42)))} {await flow.CallAsync<int?>(new FlowDialog("none", _ => Task.CompletedTask)) is null}")));

        Assert.Equal(["42 True"], await talk.SayAsync("go"));
        Assert.Equal(DialogTurnStatus.Complete, talk.Result!.Status);
    }

    [Fact]
    public async Task Flow_that_cancels_ends_its_dialogs()
    {
        await using var talk = new Talk(new FlowDialog("main", async flow =>
        {
            if (await flow.AskAsync<string>("what?") == "stop")
            {
                await flow.SayAsync("stopped");
                await flow.CancelAsync();
                await flow.SayAsync("never");
            }
        }));
        await talk.SayAsync("go");

        Assert.Equal(["stopped"], await talk.SayAsync("stop"));
        Assert.Equal(DialogTurnStatus.Cancelled, talk.Result!.Status);
        Assert.Equal(["what?"], await talk.SayAsync("go"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flow_whose_called_dialog_was_cancelled_is_cancelled_too(bool isComponent)
    {
        Dialog child = new FlowDialog("child", async flow =>
        {
            await flow.AskAsync<string>("child?");
            await flow.CancelAsync();
        });
        await using var talk = new Talk(new FlowDialog("main", async flow =>
        {
            var paid = await flow.CallAsync<int>(new FlowDialog(
                "middle", async middle => await middle.CallAsync<int>(isComponent ? new ComponentDialog("component").AddDialog(child) : child)));
            await flow.SayAsync($"paid {paid}");
        }));
        await talk.SayAsync("go");

        Assert.Empty(await talk.SayAsync("x"));
        Assert.Equal(DialogTurnStatus.Cancelled, talk.Result!.Status);
        Assert.Equal(["child?"], await talk.SayAsync("go"));
    }

    [Fact]
    public async Task Flow_that_catches_the_cancellation_of_a_called_dialog_goes_on_and_records_it()
    {
        await using var talk = new Talk(new FlowDialog("main", async flow =>
        {
            try
            {
                await flow.CallAsync<int>(new FlowDialog("child", child => child.CancelAsync()));
            }
            catch (FlowCancelledException cancelled)
            {
                await flow.SayAsync(cancelled.Message[..6]);
            }

            return await flow.AskAsync<string>("what else?");
        }));

        Assert.Equal(["ET1125", "what else?"], await talk.SayAsync("go"));
        Assert.Contains("""{"op":"call","key":"child","isCancelled":true}""", talk.State, StringComparison.Ordinal);
        await talk.SayAsync("nothing");
        Assert.Equal("nothing", talk.Result!.Result);
    }

    [Fact]
    public async Task Interruption_around_a_flow_helps_and_cancels()
    {
        await using var talk = new Talk(new Interrupting());
        await talk.SayAsync("go");
        await talk.SayAsync("Ann");

        Assert.Equal(["no help", "age?"], await talk.SayAsync("help"));
        Assert.Equal(["really?"], await talk.SayAsync("manual"));
        Assert.Equal(["age?"], await talk.SayAsync("x"));
        Assert.Equal(["cancelled"], await talk.SayAsync("cancel"));
        Assert.Equal(["name?"], await talk.SayAsync("go"));
        await talk.SayAsync("Bob");
        Assert.Equal(["Bob 7"], await talk.SayAsync("7"));
    }

    [Fact]
    public async Task Submit_of_an_old_card_does_not_answer_a_later_question()
    {
        await using var talk = new Talk(new FlowDialog("cards", async flow =>
        {
            var first = await flow.AskAsync(new NumberPrompt<int>("first"), PromptTests.Card("first?"));
            var second = await flow.AskAsync(new NumberPrompt<int>("second"), PromptTests.Card("second?"));
            return first + second;
        }));
        var first = PromptTests.Stamp(Assert.Single(await talk.SendAsync(talk.Message("go"))));
        var second = PromptTests.Stamp(Assert.Single(await talk.SendAsync(PromptTests.Submit(talk, first, 1))));

        Assert.Empty(await talk.SendAsync(PromptTests.Submit(talk, first, 1)));
        Assert.Equal(DialogTurnStatus.Ignored, talk.Result!.Status);
        await talk.SendAsync(PromptTests.Submit(talk, second, 2));
        Assert.Equal(3, talk.Result.Result);
        Assert.Empty(await talk.SendAsync(PromptTests.Submit(talk, second, 2)));
    }

    [Fact]
    public async Task Flow_that_never_asks_runs_to_its_end_in_one_turn()
    {
        await using var talk = new Talk(new FlowDialog("says", async flow =>
        {
            for (var line = 0; line < 3; line++)
            {
                await flow.SayAsync($"{line}");
            }
        }));

        Assert.Equal(["0", "1", "2"], await talk.SayAsync("go"));
        Assert.Equal(DialogTurnStatus.Complete, talk.Result!.Status);
    }

    [Fact]
    public async Task Loop_that_never_asks_fails_with_a_clear_error_even_if_the_flow_catches_everything()
    {
        await using var talk = new Talk(new FlowDialog("endless", async flow =>
        {
            while (true)
            {
                try
                {
                    await flow.SayAsync("x");
                }
                catch (Exception)
                {
                    await flow.SayAsync("caught");
                }
            }
        }));
        await using var anew = new Talk(new FlowDialog("endless", flow => flow.ContinueAsNewAsync(1)));
        await using var version = new Talk(new FlowDialog("endless", async flow =>
        {
            while (await flow.VersionAsync("way", 1, 1) == 1)
            {
            }
        }));

        Assert.StartsWith("ET1112", (await talk.FailAsync("go")).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1112", (await anew.FailAsync("go")).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1112", (await version.FailAsync("go")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Record_has_a_limit_and_a_flow_that_begins_anew_stays_below_it()
    {
        var options = new FlowOptions { MaxHistory = 3 };
        await using var growing = new Talk(new FlowDialog("growing", async flow =>
        {
            while (true)
            {
                await flow.AskAsync<string>("next?");
            }
        }, options));
        await using var steady = new Talk(new FlowDialog("steady", async flow =>
        {
            var sum = flow.GetInput<int>();
            for (var round = 0; round < 3; round++)
            {
                sum += await flow.AskAsync<int>($"{sum}, next?", name: "next");
            }

            await flow.SayAsync("anew");
            await flow.ContinueAsNewAsync(sum);
        }, options));
        await growing.SayAsync("go");
        await growing.SayAsync("1");
        await growing.SayAsync("2");
        await steady.SayAsync("go");

        Assert.StartsWith("ET1111", (await growing.FailAsync("3")).Message, StringComparison.Ordinal);
        for (var sum = 1; sum <= 8; sum++)
        {
            Assert.Equal(sum % 3 == 0 ? ["anew", $"{sum}, next?"] : [$"{sum}, next?"], await steady.SayAsync("1"));
        }
    }

    [Fact]
    public async Task Operations_under_way_at_once_fail_with_a_clear_error()
    {
        var gate = new TaskCompletionSource<int>();
        await using var talk = new Talk(new FlowDialog("both", async flow =>
            await Task.WhenAll(flow.OnceAsync("a", _ => gate.Task), flow.OnceAsync("b", _ => gate.Task))));

        Assert.StartsWith("ET1115", (await talk.FailAsync("go")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Flows_within_flows_have_a_depth_that_can_be_stored_and_a_limit()
    {
        await using var talk = new Talk(Nested(8));
        await using var deeper = new Talk(Nested(9));
        await talk.SayAsync("go");

        await talk.SayAsync("Ann");

        Assert.Equal("Ann", talk.Result!.Result);
        Assert.StartsWith("ET1108", (await deeper.FailAsync("go")).Message, StringComparison.Ordinal);

        static FlowDialog Nested(int depth) => new("nested", async flow =>
            depth == 0 ? await flow.AskAsync(new ChoicePrompt("name"), Names()) is { } found ? found.Value : null : await flow.CallAsync<string>(Nested(depth - 1)));

        static PromptOptions Names() => new() { Prompt = MessageFactory.Text("name?"), Choices = [new Choice("Ann") { Synonyms = ["Anna"] }] };
    }

    [Fact]
    public async Task Name_that_is_too_long_and_limits_that_are_none_are_refused()
    {
        await using var talk = new Talk(new FlowDialog("long", async flow => await flow.OnceAsync(new string('x', 101), _ => Task.FromResult(1))));

        Assert.StartsWith("ET1117", (await talk.FailAsync("go")).Message, StringComparison.Ordinal);
        Assert.StartsWith(
            "ET1117",
            Assert.Throws<ArgumentException>(() => new FlowDialog("none", _ => Task.CompletedTask, new FlowOptions { MaxHistory = 0 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_step_in_a_flow_begun_twice_in_one_turn_calls_twice()
    {
        var keys = new List<string>();
        var pay = new FlowDialog("pay", async flow => await flow.OnceAsync("pay", (key, _) =>
        {
            keys.Add(key);
            return Task.FromResult(1);
        }));
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog("main", (step, token) => step.BeginDialogAsync("pay", null, token), (step, token) => step.BeginDialogAsync("pay", null, token)))
            .AddDialog(pay));

        await talk.SayAsync("go");

        Assert.Equal(2, keys.Distinct().Count());
    }

    private sealed record Person(string Name, int Age);

    private sealed class Interrupting : ComponentDialog
    {
        public Interrupting()
            : base("root")
        {
            AddDialog(new FlowDialog("main", async flow =>
            {
                var name = await flow.AskAsync<string>("name?");
                var age = await flow.AskAsync<int>("age?");
                await flow.SayAsync($"{name} {age}");
            }));
            AddDialog(new WaterfallDialog("manual", async (step, token) =>
            {
                await step.Context.SendActivityAsync("really?", token);
                return EndOfTurn;
            }));
        }

        protected override async Task<DialogTurnResult> OnContinueDialogAsync(DialogContext innerDc, CancellationToken cancellationToken)
        {
            switch (innerDc.Context.Activity.Text)
            {
                case "help":
                    await innerDc.Context.SendActivityAsync("no help", cancellationToken);
                    await innerDc.RepromptDialogAsync(cancellationToken);
                    return EndOfTurn;
                case "manual":
                    return await innerDc.BeginDialogAsync("manual", null, cancellationToken);
                case "cancel":
                    await innerDc.Context.SendActivityAsync("cancelled", cancellationToken);
                    return await innerDc.CancelAllDialogsAsync(cancellationToken: cancellationToken);
                default:
                    return await base.OnContinueDialogAsync(innerDc, cancellationToken);
            }
        }
    }
}
