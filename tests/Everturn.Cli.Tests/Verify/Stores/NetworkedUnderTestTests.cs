using System.Net;
using System.Net.Sockets;
using Everturn.Cli.Verify;
using Everturn.Cli.Verify.Stores;

namespace Everturn.Cli.Tests.Verify.Stores;

public sealed class NetworkedUnderTestTests : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(150);

    private readonly TcpListener _server = new(IPAddress.Loopback, 0);
    private readonly NetworkedUnderTest _store;

    public NetworkedUnderTestTests()
    {
        _server.Start();
        _ = ServeAsync();
        _store = new(StoreRoute.Of($"cosmos:AccountEndpoint=http://{_server.LocalEndpoint}/"), ["a-1", "a-2"]);
    }

    [Fact]
    public async Task Fault_of_one_node_leaves_the_other_its_way_and_ends_with_it()
    {
        await using (await _store.HarmAsync(FaultKind.StoreCut, "a-1", TestContext.Current.CancellationToken))
        {
            Assert.False(await AnswersAsync("a-1"));
            Assert.True(await AnswersAsync("a-2"));
        }

        Assert.True(await AnswersAsync("a-1"));
    }

    [Fact]
    public async Task Fault_of_the_store_is_one_of_all_nodes_and_outlasts_a_shorter_one()
    {
        var all = await _store.HarmAsync(FaultKind.StoreLostAnswers, PlannedFault.Store, TestContext.Current.CancellationToken);
        var one = await _store.HarmAsync(FaultKind.StoreCut, "a-1", TestContext.Current.CancellationToken);
        await one!.DisposeAsync();

        Assert.False(await AnswersAsync("a-1"));
        Assert.False(await AnswersAsync("a-2"));
        await all!.DisposeAsync();
        Assert.True(await AnswersAsync("a-1"));
    }

    [Fact]
    public async Task Node_caught_between_two_writes_does_not_hear_of_the_one_that_its_clients_caused()
    {
        Task<bool> asked = null!;
        await using (await _store.CatchBetweenWritesAsync("a-1", () => asked = AnswersAsync("a-1"), TestContext.Current.CancellationToken))
        {
            Assert.False(await asked);
            Assert.True(await AnswersAsync("a-2"));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _server.Stop();
    }

    private async Task<bool> AnswersAsync(string node)
    {
        var address = new Uri(_store.ConnectionOf(node).Split('=')[1]);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, address.Port);
            await client.SendAsync("?"u8.ToArray());
            return await client.ReceiveAsync(new byte[1]).WaitAsync(Moment, TestContext.Current.CancellationToken) == 1;
        }
        catch (Exception exception) when (exception is SocketException or TimeoutException)
        {
            return false;
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _server.AcceptSocketAsync());
            }
        }
        catch (SocketException)
        {
            // Stopped.
        }
    }

    private static async Task AnswerAsync(Socket socket)
    {
        using var own = socket;
        try
        {
            if (await socket.ReceiveAsync(new byte[1]) == 1)
            {
                await socket.SendAsync("!"u8.ToArray());
            }
        }
        catch (SocketException)
        {
            // Cut.
        }
    }
}
