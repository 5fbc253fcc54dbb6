using AgentBot.Agents;
using Everturn.Storage;
using Everturn.Tests;
using Microsoft.Extensions.AI;

namespace AgentBot.Tests;

/// <summary>A node dies in the midst of an agent's turn, and another one takes the turn over.</summary>
public sealed class DeathTests : IDisposable
{
    private readonly MemoryStore _store = new(Random.Shared);
    private readonly RecordingChannel _channel = new();
    private readonly AgencyFolder _agency = new();

    public void Dispose() => _agency.Dispose();

    [Fact]
    public async Task Between_two_tool_calls_the_first_is_not_repeated()
    {
        var doomed = new DyingStore(_store);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new PlayedModel((number, token) =>
        {
            if (number == 2)
            {
                doomed.Die();
                reached.SetResult();
                return Task.FromException<ChatMessage>(new OperationCanceledException(token));
            }

            return Task.FromResult(PlayedModel.Call(("reserve_trip", new { trip = "OSL-4", travellers = 2 })));
        });
        var second = new PlayedModel((number, _) => Task.FromResult(number == 1
            ? PlayedModel.Call(("pay_reservation", new { reservation = Assert.Single(Results(_agency)) }))
            : PlayedModel.Say("Paid.")));
        var dead = await AgentNode.StartAsync(doomed, _channel, _agency.Path, first, "dead");
        await dead.SayAsync("book it and pay");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await using var alive = await AgentNode.StartAsync(_store, _channel, _agency.Path, second, "alive");

        Assert.Equal(["Paid."], await _channel.WaitForAsync(1));
        Assert.Equal(["pay", "reserve"], _agency.Calls.Select(call => call.Split('-')[0]).Order(StringComparer.Ordinal));
        // The one that went on was shown the first one's answer, and made no call of its own for it.
        Assert.Equal(["user", "assistant", "tool"], second.Calls[0].Messages.Select(message => message.Role.Value));
        Assert.Equal(2, second.Calls.Count);
    }

    [Fact]
    public async Task In_the_midst_of_a_tool_call_it_is_made_again_under_the_same_key()
    {
        var doomed = new DyingStore(_store);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var keys = new List<string>();
        var slow = Toolbox.Of("slow", async (IdempotencyKey key, CancellationToken token) =>
        {
            keys.Add(key.Value);
            doomed.Die();
            reached.SetResult();
            await Task.Delay(Timeout.Infinite, token);
        });
        var quick = Toolbox.Of("slow", (IdempotencyKey key) =>
        {
            keys.Add(key.Value);
            return "done";
        });
        var first = new PlayedModel(PlayedModel.Call(("find_trips", new { destination = "Oslo" }), ("slow", null)));
        var second = new PlayedModel(PlayedModel.Say("Done."));
        var dead = await AgentNode.StartAsync(doomed, _channel, _agency.Path, first, "dead", tools: slow);
        await dead.SayAsync("do it");
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);

        await using var alive = await AgentNode.StartAsync(_store, _channel, _agency.Path, second, "alive", tools: quick);

        Assert.Equal(["Done."], await _channel.WaitForAsync(1));
        Assert.Equal(2, keys.Count);
        Assert.Equal(keys[0], keys[1]);
        Assert.Equal("done", second.Results[^1]);
    }

    private static IEnumerable<string> Results(AgencyFolder agency) =>
        Directory.EnumerateFiles(Path.Combine(agency.Path, "reservations"), "R*").Select(file => Path.GetFileName(file));
}
