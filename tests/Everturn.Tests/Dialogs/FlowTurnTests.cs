using Everturn.Dialogs.Flows;

namespace Everturn.Tests.Dialogs;

/// <summary>What a flow does to its turn.</summary>
public sealed class FlowTurnTests
{
    [Fact]
    public async Task Lambdas_of_all_kinds_return_what_they_await()
    {
        await using var talk = new Talk(new FlowDialog("kinds", async flow =>
        {
            var plain = await flow.TurnAsync("plain", turn => turn.Revision);
            var task = await flow.TurnAsync("task", turn => Task.FromResult(turn.Run));
            var value = await flow.TurnAsync("value", turn => turn.ScheduleAsync(TimeSpan.FromHours(1), "x", 1));
            var awaited = await flow.TurnAsync("awaited", async turn =>
            {
                await Task.Yield();
                return turn.Activity.Text!.Length;
            });
            await flow.TurnAsync("nothing", turn => turn.ConversationState.Set("a", 1));
            await flow.TurnAsync("nothing task", async turn =>
            {
                await Task.Yield();
                turn.ConversationState.Set("b", 2);
            });
            await flow.TurnAsync("nothing value", turn => turn.CancelAsync(value));
            await flow.AskAsync<string>("next?");
            await flow.SayAsync($"{plain} {task} {value} {awaited}");
        }));

        Assert.Equal(["next?"], await talk.SayAsync("hello"));
        Assert.Matches("^1 1 ev-[0-9a-f]+-1\\.0t 5$", Assert.Single(await talk.SayAsync("x")));
        Assert.Equal(("1", "2"), (talk.Values["a"], talk.Values["b"]));
    }

    [Fact]
    public async Task Result_that_is_no_data_is_refused_before_anything_happens()
    {
        var calls = 0;
        await using var response = new Talk(new FlowDialog("response", async flow => await flow.OnceAsync("post", _ =>
        {
            calls++;
            return Task.FromResult(new HttpResponseMessage());
        })));
        await using var state = new Talk(new FlowDialog("state", async flow => await flow.TurnAsync<Task<int>>("state", turn =>
        {
            calls++;
            return Task.FromResult(Task.FromResult(1));
        })));

        Assert.Equal(
            "ET1128: the step 'post' returns HttpResponseMessage, which cannot be kept as JSON and read back. Return an id, a record or a string. It was not called.",
            (await response.FailAsync("x")).Message);
        Assert.StartsWith("ET1128: the step 'state' returns Task,", (await state.FailAsync("x")).Message, StringComparison.Ordinal);
        Assert.Equal(0, calls);
    }

    [Fact]
    public async Task Result_that_cannot_be_read_back_names_its_step_and_type()
    {
        await using var talk = new Talk(new FlowDialog("shape", async flow => await flow.TurnAsync("draw", _ => new Drawing(new Circle()))));

        var error = await talk.FailAsync("x");

        Assert.StartsWith("ET1128: the result of the step 'draw', Drawing, cannot be kept as JSON and read back: ", error.Message, StringComparison.Ordinal);
    }

    private interface IShape
    {
        int Corners { get; }
    }

    private sealed record Circle : IShape
    {
        public int Corners => 0;
    }

    private sealed record Drawing(IShape Shape);
}
