using System.Diagnostics;
using System.Text.Json;
using AgentBot.Tests;
using Everturn.OpenAI.Tests;

namespace Everturn.EndToEnd;

/// <summary>AgentBot on real node processes, of which one is killed in the midst of an agent's turn.</summary>
public sealed class AgentTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Node_killed_between_two_tool_calls_has_the_first_not_repeated()
    {
        using var agency = new AgencyFolder();
        await using var endpoint = await PlayedEndpoint.StartAsync();
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reservation = "";
        endpoint.Otherwise = async (context, request) =>
        {
            var results = Results(request);
            switch (results)
            {
                case []:
                    await PlayedEndpoint.StreamAsync(context, isWhole: true, Call("reserve_trip", """{\"trip\":\"OSL-4\",\"travellers\":2}"""));
                    break;
                // The reservation is made and journaled. This model call is still open when its node dies.
                case [var number] when held.TrySetResult():
                    reservation = number;
                    await Task.Delay(Timeout.Infinite, context.RequestAborted);
                    break;
                case [var number]:
                    await PlayedEndpoint.StreamAsync(context, isWhole: true, Call("pay_reservation", $$"""{\"reservation\":\"{{number}}\"}"""));
                    break;
                default:
                    await PlayedEndpoint.StreamAsync(context, isWhole: true, $$"""{"choices":[{"delta":{"content":"Paid: {{results[1]}}"},"finish_reason":"stop"}]}""");
                    break;
            }
        };
        await using var cluster = await Cluster.StartAsync(new ClusterOptions
        {
            Bot = "agent",
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Agent__Endpoint"] = endpoint.Url.ToString(),
                ["Agent__Model"] = "played",
                ["Agent__Agency"] = agency.Path,
            },
        });
        using var talk = await TalkAsync(cluster);

        await talk.SayAsync("Book a trip to Oslo for two, and pay it.");
        await held.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        await talk.KillFirstNodeAsync();
        var reply = await talk.ReplyAsync(Patience);

        output.WriteLine($"answered {watch.Elapsed.TotalSeconds:0.00} s after the kill: {reply}");
        Assert.StartsWith("Paid: P", reply, StringComparison.Ordinal);
        Assert.Equal(["pay", "reserve"], agency.Calls.Select(call => call.Split('-')[0]).Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (agency.Reservations, agency.Payments));
        // The first answer and the last were asked for once; the one in the midst of which the node died, twice, and with the same words.
        Assert.Equal([0, 1, 1, 2], endpoint.Requests.Select(request => Results(request).Length));
        Assert.Equal(endpoint.Requests[1].Body.GetRawText(), endpoint.Requests[2].Body.GetRawText());
        Assert.Equal(reservation, Results(endpoint.Requests[3])[0]);
    }

    [Fact]
    public async Task Node_killed_in_the_midst_of_a_tool_call_has_it_made_again_under_the_same_key()
    {
        using var agency = new AgencyFolder();
        await using var cluster = await Cluster.StartAsync(new ClusterOptions
        {
            Bot = "agent",
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Agent__Agency"] = agency.Path,
                // Between a call's effect and its answer.
                ["Agent__AgencyDelay"] = "0:0:2",
            },
        });
        using var talk = await TalkAsync(cluster);

        await talk.SayAsync("Book a trip to Oslo for 2 and pay");
        await WaitAsync(() => agency.Payments == 1);
        var watch = Stopwatch.StartNew();
        await talk.KillFirstNodeAsync();
        var reply = await talk.ReplyAsync(Patience);

        output.WriteLine($"answered {watch.Elapsed.TotalSeconds:0.00} s after the kill: {reply}");
        Assert.StartsWith("[scripted] Reserved and paid: Oslo", reply, StringComparison.Ordinal);
        var calls = agency.Calls.Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(["pay", "pay", "reserve"], calls.Select(call => call.Split('-')[0]));
        Assert.Equal(calls[0], calls[1]);
        Assert.Equal((1, 1), (agency.Reservations, agency.Payments));
    }

    private static string Call(string tool, string arguments) =>
        $$$"""{"id":"{{{tool}}}","choices":[{"delta":{"tool_calls":[{"index":0,"id":"{{{tool}}}-1","function":{"name":"{{{tool}}}","arguments":"{{{arguments}}}"}}]},"finish_reason":"tool_calls"}]}""";

    private static string[] Results(PlayedRequest request) =>
        [.. request.Body.GetProperty("messages").EnumerateArray().Where(message => message.GetProperty("role").ValueEquals("tool")).Select(message => message.GetProperty("content").GetString()!)];

    private static async Task WaitAsync(Func<bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        while (!condition())
        {
            await Task.Delay(10, patience.Token);
        }
    }

    private static async Task<Talk> TalkAsync(Cluster cluster)
    {
        var nodes = (await cluster.StatusAsync()).Nodes.ToArray();
        var client = new DirectLineClient();
        await client.StartAsync(nodes[0].Url!);
        return new Talk(client, nodes);
    }

    /// <summary>A user of the first node, until it is killed; from then on, of the second.</summary>
    private sealed class Talk(DirectLineClient client, NodeStatus[] nodes) : IDisposable
    {
        // The node that takes the message takes the lease with it, and so runs the turn.
        public Task SayAsync(string text) => client.PostAsync([nodes[0].Url!], 0, "m1", text);

        public Task KillFirstNodeAsync() => Signals.KillAsync(nodes[0].Pid!.Value);

        /// <summary>The one answer. A further message is answered in the end, so that a second answer to the first would be there by then.</summary>
        public async Task<string> ReplyAsync(TimeSpan within)
        {
            var first = await WaitForAsync(1, within);
            await client.PostAsync([nodes[1].Url!], 0, "m2", new string('x', 4001));
            var both = await WaitForAsync(2, within);
            Assert.Equal([first[0], "That is too long for me: I read 4000 characters at a time."], both);
            return first[0];
        }

        public void Dispose() => client.Dispose();

        private async Task<string[]> WaitForAsync(int count, TimeSpan within)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(within);
            while (true)
            {
                var replies = (await client.ActivitiesAsync(nodes[1].Url!)).Where(IsReply).Select(activity => activity.GetProperty("text").GetString()!).ToArray();
                if (replies.Length >= count)
                {
                    return replies;
                }

                await Task.Delay(50, patience.Token);
            }
        }

        private static bool IsReply(JsonElement activity) =>
            activity.GetProperty("type").ValueEquals("message")
            && !activity.GetProperty("from").GetProperty("id").ValueEquals("dl_tester")
            && !activity.GetProperty("text").GetString()!.StartsWith("Where would you like to go?", StringComparison.Ordinal);
    }
}
