using System.Text.Json;
using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;

namespace Everturn.Tests.Dialogs;

/// <summary>Questions whose time is limited.</summary>
public sealed class FlowTimeoutTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Question_without_an_answer_ends_in_its_time_and_a_late_answer_goes_to_what_follows()
    {
        await using var talk = new Talk(new FlowDialog("flow", async flow =>
        {
            var first = await flow.TryAskAsync<int>("number?", Short);
            await flow.SayAsync(first.IsAnswered ? "answered" : "too late");
            var second = await flow.AskAsync<string>("text?");
            await flow.SayAsync($"{second} {first.IsAnswered} {first.Value}");
        }));
        Assert.Equal(["number?"], await talk.SayAsync("go"));

        Assert.Equal(["too late", "text?"], await talk.Channel.WaitForAsync(2));
        Assert.Equal(["42 False 0"], await talk.SayAsync("42"));
    }

    [Fact]
    public async Task Answer_in_time_cancels_the_timer()
    {
        await using var talk = new Talk(new FlowDialog("flow", async flow =>
        {
            var first = await flow.TryAskAsync<int>("number?", Long);
            await flow.AskAsync<string>($"{first.IsAnswered} {first.Value}, text?");
        }));
        await talk.SayAsync("go");
        Assert.Equal(["number?"], await talk.SayAsync("wrong"));
        var timer = Timer(talk);

        Assert.Equal(["True 42, text?"], await talk.SayAsync("42"));
        Assert.DoesNotContain("timer", talk.State, StringComparison.Ordinal);
        Assert.Empty(await talk.SendAsync(timer));
        Assert.Equal(DialogTurnStatus.Ignored, talk.Result!.Status);
    }

    [Fact]
    public async Task Flow_that_does_not_catch_its_timeout_is_given_up_so_that_a_late_answer_begins_anew()
    {
        var child = new FlowDialog("child", async flow =>
        {
            await flow.AskAsync<int>("number?", timeout: Long);
            await flow.SayAsync("answered");
        });
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog("main", (step, token) => step.BeginDialogAsync("child", null, token), (step, token) => step.EndDialogAsync("after", token)))
            .AddDialog(child));
        await talk.SayAsync("go");

        Assert.Empty(await talk.SendAsync(Timer(talk)));
        Assert.Equal(DialogTurnStatus.Cancelled, talk.Result!.Status);
        Assert.Equal(["number?"], await talk.SayAsync("42"));
        Assert.Equal(["answered"], await talk.SayAsync("42"));
    }

    [Fact]
    public async Task Recorded_timeout_that_the_code_does_not_catch_any_more_is_a_change_of_the_flow()
    {
        await using var talk = new Talk(new FlowDialog("flow", async flow =>
        {
            await flow.TryAskAsync<int>("number?", Long);
            await flow.AskAsync<string>("text?");
        }));
        await talk.SayAsync("go");
        await talk.SendAsync(Timer(talk));
        talk.Root = new FlowDialog("flow", async flow => await flow.AskAsync<int>("number?", timeout: Long));

        Assert.StartsWith("ET1110", (await talk.FailAsync("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_caught_is_recorded_and_replayed()
    {
        await using var talk = new Talk(new FlowDialog("flow", async flow =>
        {
            try
            {
                await flow.ConfirmAsync("sure?", timeout: Long);
            }
            catch (FlowTimeoutException)
            {
                await flow.AskAsync<string>("asleep?");
                await flow.SayAsync("awake");
            }
        }));
        await talk.SayAsync("go");

        Assert.Equal("asleep?", Assert.Single(await talk.SendAsync(Timer(talk))).Text);
        Assert.Equal(["awake"], await talk.SayAsync("no"));
    }

    [Fact]
    public async Task Timer_that_fires_while_another_dialog_stands_above_the_flow_counts_when_that_has_ended()
    {
        await using var talk = new Talk(new Covering(new FlowDialog("flow", async flow =>
            await flow.SayAsync((await flow.TryAskAsync<int>("number?", Long)).IsAnswered ? "answered" : "too late"))));
        await talk.SayAsync("go");
        Assert.Equal(["covered"], await talk.SayAsync("cover"));

        Assert.Empty(await talk.SendAsync(Timer(talk)));
        Assert.Equal(DialogTurnStatus.Ignored, talk.Result!.Status);
        Assert.Equal(["too late"], await talk.SayAsync("uncover"));
    }

    [Fact]
    public async Task Timer_of_a_cancelled_or_forgotten_flow_does_nothing()
    {
        await using var talk = new Talk(new Covering(new FlowDialog("flow", async flow => await flow.AskAsync<int>("number?", timeout: Long))));
        Assert.Equal(["number?"], await talk.SayAsync("go"));
        var timer = Timer(talk);
        await talk.SayAsync("cancel");

        Assert.Empty(await talk.SendAsync(timer));
        Assert.Equal(DialogTurnStatus.Ignored, talk.Result!.Status);
        Assert.Equal(["number?"], await talk.SayAsync("go"));
        timer.Id += "again";
        Assert.Empty(await talk.SendAsync(timer));
        var forgotten = Timer(talk);
        talk.Root = new FlowDialog("another", async flow => await flow.AskAsync<int>("other?", timeout: Long));
        Assert.Equal(["other?"], await talk.SayAsync("x"));
        Assert.Empty(await talk.SendAsync(forgotten));
    }

    [Fact]
    public async Task Question_of_a_called_flow_ends_in_its_time()
    {
        var child = new FlowDialog("child", async flow => (await flow.TryAskAsync<int>("number?", Short)).IsAnswered);
        await using var talk = new Talk(new ComponentDialog("root").AddDialog(new FlowDialog("main", async flow =>
            await flow.SayAsync(await flow.CallAsync<bool>(child) ? "answered" : "too late"))));
        await talk.SayAsync("go");

        Assert.Equal(["too late"], await talk.Channel.WaitForAsync(1));
    }

    // The event of the timer that the stack waits for.
    private static Activity Timer(Talk talk)
    {
        var timer = talk.Message(null);
        timer.Type = ActivityTypes.Event;
        timer.Name = FlowTimer.EventName;
        timer.Id = Members(JsonDocument.Parse(talk.State).RootElement).First(member => member.Name == "timer").Value.GetString();
        return timer;

        static IEnumerable<JsonProperty> Members(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Members(member.Value).Prepend(member)),
            JsonValueKind.Array => element.EnumerateArray().SelectMany(Members),
            _ => [],
        };
    }
}
