using System.Collections.Concurrent;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Storage;

namespace Everturn.Tests.Dialogs;

/// <summary>A flow whose node dies at each of its writes in turn, before the write takes effect and after.</summary>
public sealed class FlowDeathTests
{
    private const int Writes = 16;

    private static readonly string[] Messages = ["hello", "30", "yes", "5"];

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task User_sees_each_word_once_and_a_call_is_repeated_only_with_its_key(bool isQueued, bool takesEffect)
    {
        var deaths = await Task.WhenAll(Enumerable.Range(1, Writes).Select(write => DieAtAsync(write, isQueued, takesEffect)));

        Assert.True(deaths.Count(died => died) >= Messages.Length, $"Only {deaths.Count(died => died)} of {Writes} nodes died.");
    }

    private static async Task<bool> DieAtAsync(int write, bool isQueued, bool takesEffect)
    {
        var store = new MemoryStore(Random.Shared);
        var channel = new RecordingChannel();
        var keys = new ConcurrentQueue<string>();
        var mortal = new MortalStore(store, write, takesEffect);
        var first = NewNode("mortal", mortal);
        await using var second = NewNode("alive", store);

        int[] expected = [1, 2, 4, 5];
        for (var message = 0; message < Messages.Length; message++)
        {
            // The channel sends again, to another node, what it got no answer to.
            var sent = first.SendAsync(Messages[message]);
            if (await Task.WhenAny(sent, mortal.Died) != sent)
            {
                await second.SendAsync(Messages[message]);
            }

            await Eventually.TrueAsync(() => Task.FromResult(Words().Length >= expected[message]));
        }

        var said = $"Death at write {write}: {string.Join(" | ", Words())}; keys {string.Join(' ', keys)}";
        Assert.True(Words().SequenceEqual(["How big?", "Order 30?", "Ordered.", "How was it?", "Thanks for 5."]), said);
        Assert.True(keys.Distinct(StringComparer.Ordinal).Count() == 1 && keys.Count <= 2, said);
        mortal.Spare();
        if (mortal.Died.IsCompleted)
        {
            return true;
        }

        await first.DisposeAsync();
        return false;

        // The channel is a foreign one: it may get a row twice, and is known by the row's id to have got it.
        string[] Words() => [.. channel.Arrivals.DistinctBy(arrival => arrival.Row).Select(arrival => arrival.Text)];

        TestNode NewNode(string name, IStore way)
        {
            var order = new FlowDialog("order", async flow =>
            {
                var size = await flow.AskAsync<int>("How big?");
                if (await flow.ConfirmAsync($"Order {size}?"))
                {
                    await flow.OnceAsync("order", (key, _) =>
                    {
                        keys.Enqueue(key);
                        return Task.FromResult(true);
                    });
                    await flow.SayAsync("Ordered.");
                }

                await flow.SayAsync($"Thanks for {await flow.AskAsync<int>("How was it?")}.");
            });
            return new(
                way,
                channel,
                (turn, token) => order.RunAsync(turn, cancellationToken: token),
                options =>
                {
                    options.Queued = isQueued;
                    options.LeaseDuration = TimeSpan.FromMilliseconds(300);
                    options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
                },
                name: name);
        }
    }
}
