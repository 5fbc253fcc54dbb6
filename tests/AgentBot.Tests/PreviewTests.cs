using AgentBot.Agents;
using Everturn.Storage;
using Everturn.Tests;
using Everturn.Tests.Turns;
using Microsoft.Extensions.AI;

namespace AgentBot.Tests;

/// <summary>What the user sees of an answer before it is committed.</summary>
public sealed class PreviewTests : IDisposable
{
    private readonly MemoryStore _store = new(Random.Shared);
    private readonly PreviewChannel _channel = new();
    private readonly AgencyFolder _agency = new();

    public void Dispose() => _agency.Dispose();

    [Fact]
    public async Task Words_are_shown_before_they_are_committed_as_one_message()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var model = new PlayedModel(
            new ChatMessage(ChatRole.Assistant, [new TextContent("A moment."), .. PlayedModel.Call(("wait", null)).Contents]), PlayedModel.Say("Done."));
        await using var node = await StartAsync(model, gate);

        await node.SayAsync("hello");
        await Eventually.TrueAsync(() => Task.FromResult(_channel.Order is [.., "shown A moment.\n\n"]));
        gate.SetResult();

        var reply = Assert.Single(await _channel.WaitForAsync(1));
        Assert.Equal("A moment.\n\nDone.", reply.Text);
        Assert.Equal("said A moment.\n\nDone.", _channel.Order[^1]);
    }

    [Fact]
    public async Task Tool_under_way_is_shown_until_there_are_words()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var model = new PlayedModel(PlayedModel.Call(("wait", null)), PlayedModel.Say("Done."));
        await using var node = await StartAsync(model, gate);

        await node.SayAsync("hello");
        await Eventually.TrueAsync(() => Task.FromResult(_channel.Order is [.., "shown wait ..."]));
        gate.SetResult();

        Assert.Equal("Done.", Assert.Single(await _channel.WaitForAsync(1)).Text);
    }

    [Fact]
    public async Task Node_that_takes_over_goes_on_with_the_words_that_were_shown()
    {
        var doomed = new DyingStore(_store);
        var first = new PlayedModel((number, token) =>
        {
            if (number == 1) return Task.FromResult(new ChatMessage(ChatRole.Assistant, [new TextContent("A moment."), .. PlayedModel.Call(("find_trips", new { destination = "Oslo" })).Contents]));
            doomed.Die();
            return Task.FromException<ChatMessage>(new OperationCanceledException(token));
        });
        var dead = await AgentNode.StartAsync(doomed, _channel, _agency.Path, first, "dead");
        await dead.SayAsync("hello");
        await Eventually.TrueAsync(() => Task.FromResult(first.Calls.Count == 2));
        await using var alive = await AgentNode.StartAsync(_store, _channel, _agency.Path, new PlayedModel(PlayedModel.Say("Done.")), "alive");

        Assert.Equal("A moment.\n\nDone.", Assert.Single(await _channel.WaitForAsync(1)).Text);
        Assert.All(_channel.Previews, preview => Assert.Equal(_channel.Previews[0].Key, preview.Key));
    }

    private Task<AgentNode> StartAsync(PlayedModel model, TaskCompletionSource gate) =>
        AgentNode.StartAsync(_store, _channel, _agency.Path, model, tools: Toolbox.Of("wait", (CancellationToken token) => gate.Task.WaitAsync(token)));
}
