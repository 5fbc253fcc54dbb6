using System.Text;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Tests.Users;

/// <summary>Export and erasure of what is kept of a user, from any node, on stores that write several documents as one and on those that do not.</summary>
public sealed class UserDataTests
{
    private const string Secret = "Lovelace";

    private static readonly UserKey Ada = new("test", "test", "ada");

    private readonly RecordingChannel _channel = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conversation_of_one_user_ends_and_leaves_nothing_of_him(bool isTransactional)
    {
        var store = Store(isTransactional);
        await using var a = NewNode(store, "a");
        await using var b = NewNode(store, "b");
        await SendAsync(a, $"keep {Secret}", "one");
        await SendAsync(b, $"remind {Secret}", "one");
        await _channel.WaitForAsync(2);
        await IdleAsync(store, "one");
        Assert.Contains(Secret, await AllAsync(store), StringComparison.Ordinal);

        var report = await b.UserData.EraseAsync("ada");

        Assert.True(report.IsComplete);
        Assert.Equal([new ConversationKey("test", "test", "one")], report.Ended);
        Assert.Equal(1, report.UserRecords);
        Assert.Contains(report.Ended[0], _channel.Erased);
        Assert.DoesNotContain(Secret, await AllAsync(store), StringComparison.Ordinal);
        Assert.DoesNotContain("\"ada\"", await AllAsync(store), StringComparison.Ordinal);
        Assert.True((await a.UserData.EraseAsync("ada")).FoundNothing);
        Assert.Empty(await a.UserData.ExportAsync("ada").ToListAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shared_conversation_goes_on_without_what_was_the_users(bool isTransactional)
    {
        var store = Store(isTransactional);
        await using var a = NewNode(store, "a");
        await using var b = NewNode(store, "b");
        await SendAsync(a, $"keep {Secret}", "room");
        await SendAsync(a, $"remind {Secret}", "room");
        await SendAsync(b, "keep Hopper", "room", user: "grace");
        await _channel.WaitForAsync(3);

        var report = await ErasedAsync(b);

        Assert.Equal([new ConversationKey("test", "test", "room")], report.Cleaned);
        Assert.Empty(report.Ended);
        Assert.DoesNotContain(Secret, await AllAsync(store), StringComparison.Ordinal);
        var record = await RecordAsync(store, "room");
        Assert.Equal(["grace"], record.Members);
        Assert.Empty(record.Timers);
        await SendAsync(a, "tell", "room", user: "grace");
        await SendAsync(a, "tell", "room");
        Assert.Equal(["Hopper Hopper 3", "nothing nothing 3"], (await _channel.WaitForAsync(5)).Skip(3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Export_lists_what_is_kept_and_of_a_shared_conversation_only_what_is_his(bool isTransactional)
    {
        var store = Store(isTransactional);
        await using var node = NewNode(store);
        await SendAsync(node, $"keep {Secret}", "own");
        await SendAsync(node, $"keep {Secret}", "room");
        await SendAsync(node, "keep Hopper", "room", user: "grace");
        await _channel.WaitForAsync(3);
        await IdleAsync(store, "own", "room");

        var documents = await node.UserData.ExportAsync("ada", "test").ToListAsync();

        Assert.Equal(["conversation own", "conversation room", "user ada"], documents.Select(document => $"{document.Kind} {document.Id}"));
        var texts = documents.ConvertAll(document => Encoding.UTF8.GetString(document.Json.Span));
        Assert.Equal(
            $$"""{"conversation":"own","shared":false,"state":{"turns":1},"privateState":{"name":"{{Secret}}"},"queue":[],"outbox":[],"timers":[],"journal":[],"answers":[]}""", texts[0]);
        Assert.Equal(
            $$"""{"conversation":"room","shared":true,"privateState":{"name":"{{Secret}}"},"queue":[],"outbox":[],"timers":[],"journal":[],"answers":[]}""", texts[1]);
        Assert.Contains(Secret, texts[2], StringComparison.Ordinal);
        Assert.Empty(await node.UserData.ExportAsync("ada", "another").ToListAsync());
        Assert.Empty(await node.UserData.ExportAsync("nobody").ToListAsync());
    }

    [Fact]
    public async Task Conversation_that_owes_a_reply_is_reported_and_erased_when_it_does_not()
    {
        var isDown = true;
        _channel.Before = (_, _) => Task.FromResult<DeliveryOutcome?>(Volatile.Read(ref isDown) ? new DeliveryOutcome.Retry(null, "down") : null);
        await using var node = NewNode(Store(isTransactional: true));
        await SendAsync(node, $"keep {Secret}", "one");

        var report = await node.UserData.EraseAsync("ada");

        var pending = Assert.Single(report.Pending);
        Assert.StartsWith("ET1035", pending.Reason, StringComparison.Ordinal);
        Assert.Equal("test/test/conversation/one", pending.StoreKey);
        Assert.Empty(report.Ended);
        Volatile.Write(ref isDown, false);
        Assert.Equal(["one"], (await ErasedAsync(node)).Ended.Select(key => key.Id));
    }

    [Fact]
    public async Task Erasure_waits_in_peace_for_a_queued_activity_that_is_nobodys()
    {
        var store = new FaultyStore();
        var gate = new TaskCompletionSource();
        var reference = new TaskCompletionSource<ConversationReference>();
        await using var node = new TestNode(
            store,
            _channel,
            async (turn, _) =>
            {
                if (turn.IsUnasked)
                {
                    await gate.Task;
                }
                else
                {
                    reference.SetResult(turn.Activity.GetConversationReference());
                }
            },
            options => options.Queued = true);
        await node.SendAsync("x", conversation: "one");
        var nobodys = await reference.Task;
        nobodys.User = null;
        await IdleAsync(store, "one");
        Assert.Equal(Acceptance.Accepted, await node.Conversations.ContinueAsync(nobodys, "k"));
        var before = store.Saves;

        var report = await node.UserData.EraseAsync("user");
        var saves = store.Saves - before;
        gate.SetResult();

        Assert.StartsWith("ET1035", Assert.Single(report.Pending).Reason, StringComparison.Ordinal);
        Assert.InRange(saves, 0, 50);
    }

    [Fact]
    public async Task Row_that_comes_late_does_not_bring_a_user_back()
    {
        var store = Store(isTransactional: false);
        await using var node = NewNode(store);
        var row = new OutboxRow(new RowId(1, 1), UserPatch.Between("0011223344556677", Values(), Values(("name", $"\"{Secret}\""))).ToJson(), "a", IsEcho: false)
        {
            User = Ada.ToStoreKey(),
        };
        Assert.IsType<DeliveryOutcome.Delivered>((await node.Context.Users.DeliverAsync(new("test", "test", "c"), [row], default))[0]);
        Assert.Equal(1, (await node.UserData.EraseAsync("ada", "test")).UserRecords);

        // As from a node that was paused while another delivered it.
        Assert.IsType<DeliveryOutcome.Delivered>((await node.Context.Users.DeliverAsync(new("test", "test", "c"), [row], default))[0]);

        Assert.DoesNotContain(Secret, await AllAsync(store), StringComparison.Ordinal);
        Assert.True((await node.UserData.EraseAsync("ada", "test")).FoundNothing);
    }

    [Fact]
    public async Task What_remains_of_an_erased_user_is_deleted_in_the_end_and_he_may_come_again()
    {
        var store = Store(isTransactional: true);
        await using var node = NewNode(store, configure: options =>
        {
            options.InboxRetention = TimeSpan.FromSeconds(1);
            options.TombstoneRetention = TimeSpan.FromSeconds(1);
        });
        await SendAsync(node, $"keep {Secret}", "one");
        await _channel.WaitForAsync(1);
        await ErasedAsync(node);

        await Eventually.TrueAsync(async () => (await store.ListKeysAsync("test/", null, 10, default)).Count == 0);

        await SendAsync(node, "keep Byron", "one");
        await SendAsync(node, "tell", "two");
        Assert.Equal("nothing Byron 0", (await _channel.WaitForAsync(3))[2]);
    }

    [Fact]
    public async Task User_who_comes_again_at_once_keeps_his_new_state()
    {
        var store = Store(isTransactional: true);
        await using var node = NewNode(store);
        await SendAsync(node, $"keep {Secret}", "one");
        await _channel.WaitForAsync(1);
        await ErasedAsync(node);

        await SendAsync(node, "keep Byron", "one");

        var user = UserRecordFormat.Read((await store.LoadAsync(Ada.ToStoreKey(), default))!.Content);
        Assert.Null(user.EndedUntil);
        Assert.Empty(await store.ListDueAsync("test", DateTimeOffset.UtcNow + TimeSpan.FromDays(2), "test/test/u", 10, default));
    }

    [Fact]
    public async Task Turn_under_way_does_not_write_back_what_was_erased()
    {
        var store = Store(isTransactional: true);
        var (reached, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var node = NewNode(store, during: async turn =>
        {
            if (turn.Activity.Text == "tell" && reached.TrySetResult())
            {
                turn.PrivateConversationState.Get<string>("name");
                await gate.Task;
            }
        });
        await using var other = NewNode(store, "b");
        await SendAsync(node, $"keep {Secret}", "room");
        await SendAsync(node, "keep Hopper", "room", user: "grace");
        await _channel.WaitForAsync(2);
        await IdleAsync(store, "room");
        var telling = SendAsync(node, "tell", "room");
        await reached.Task;

        var report = await ErasedAsync(other);
        gate.SetResult();
        await telling;

        Assert.Single(report.Cleaned);
        Assert.Equal("nothing nothing 2", (await _channel.WaitForAsync(3))[2]);
        Assert.DoesNotContain(Secret, await AllAsync(store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_of_the_user_go_and_those_of_others_stay()
    {
        var store = Store(isTransactional: true);
        await using var node = NewNode(store, configure: options =>
        {
            options.Queued = true;
            options.MaxAttempts = 1;
        });
        await SendAsync(node, $"fail {Secret}", "room");
        await SendAsync(node, "fail Hopper", "room", user: "grace");
        await Eventually.TrueAsync(async () => await node.DeadLetters.ListAsync().CountAsync() == 2);
        await IdleAsync(store, "room");
        Assert.Equal(["conversation", "deadletter"], (await node.UserData.ExportAsync("ada").ToListAsync()).Select(document => document.Kind));

        var report = await ErasedAsync(node);

        Assert.Equal(1, report.DeadLetters);
        Assert.Equal("grace", Assert.Single(await node.DeadLetters.ListAsync().ToListAsync()).User);
        Assert.DoesNotContain(Secret, await AllAsync(store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_that_cannot_be_read_is_never_passed_over_in_silence()
    {
        var store = Store(isTransactional: true);
        await using var node = NewNode(store);
        await SendAsync(node, $"keep {Secret}", "one");
        await _channel.WaitForAsync(1);
        await IdleAsync(store, "one");
        await store.SaveAsync("test/test/conversation/torn", "{"u8.ToArray(), expected: null, due: null);
        var exported = new List<UserDocument>();

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (var document in node.UserData.ExportAsync("ada"))
            {
                exported.Add(document);
            }
        });
        var report = await node.UserData.EraseAsync("ada");

        Assert.StartsWith("ET1034", exception.Message, StringComparison.Ordinal);
        Assert.Equal(2, exported.Count);
        Assert.Single(report.Ended);
        Assert.False(report.IsComplete);
        Assert.StartsWith("ET1037", Assert.Single(report.Pending).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_and_conversation_are_no_members()
    {
        var store = Store(isTransactional: true);
        await using var node = new TestNode(store, _channel, (_, _) => Task.CompletedTask);
        var message = TestNode.Message("x").Activity;

        foreach (var sender in (string[])["bot", "c", "user"])
        {
            message.Id = sender;
            message.From = new() { Id = sender };
            Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(message));
        }

        Assert.Equal(["user"], (await RecordAsync(store, "c")).Members);
    }

    /// <summary>Erases until nothing is owed any more, and returns the last report.</summary>
    private static async Task<UserErasure> ErasedAsync(TestNode node) => await Eventually.NotNullAsync(async () =>
    {
        var report = await node.UserData.EraseAsync("ada");
        return report.IsComplete ? report : null;
    });

    private static IStore Store(bool isTransactional) => isTransactional ? new MemoryStore(Random.Shared) : new FaultyStore();

    private static async Task<string> AllAsync(IStore store)
    {
        var all = new StringBuilder();
        foreach (var key in await store.ListKeysAsync("", null, 1000, default))
        {
            all.Append(Encoding.UTF8.GetString((await store.LoadAsync(key, default))!.Content.Span)).Append('\n');
        }

        return all.ToString();
    }

    private static async Task<ConversationRecord> RecordAsync(IStore store, string conversation) =>
        RecordFormat.Read((await store.LoadAsync($"test/test/conversation/{conversation}", default))!.Content);

    private static Task IdleAsync(IStore store, params string[] conversations) => Eventually.TrueAsync(async () =>
    {
        var idle = true;
        foreach (var conversation in conversations)
        {
            var record = await RecordAsync(store, conversation);
            idle &= record.Outbox.IsEmpty && record.Queue.IsEmpty;
        }

        return idle;
    });

    private static SortedDictionary<string, ReadOnlyMemory<byte>> Values(params (string Name, string Json)[] values) =>
        new(values.ToDictionary(pair => pair.Name, pair => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(pair.Json)), StringComparer.Ordinal), StringComparer.Ordinal);

    private static async Task<TurnOutcome> SendAsync(TestNode node, string text, string conversation, string user = "ada")
    {
        var message = TestNode.Message(text, Guid.NewGuid().ToString(), conversation).Activity;
        message.From = new() { Id = user };
        return await node.Engine.ProcessAsync(TestNode.Inbound(message) with { User = user }, default);
    }

    private TestNode NewNode(IStore store, string name = "node-1", Func<TurnContext, Task>? during = null, Action<EverturnOptions>? configure = null) => new(
        store,
        _channel,
        async (turn, token) =>
        {
            var user = await turn.GetUserStateAsync(token);
            if (turn.Activity.Type != "message")
            {
                return;
            }

            await (during?.Invoke(turn) ?? Task.CompletedTask);
            var reply = "ok";
            switch (turn.Activity.Text!.Split(' '))
            {
                case ["keep", var value]:
                    turn.PrivateConversationState.Set("name", value);
                    turn.ConversationState.Set("turns", turn.ConversationState.Get<int>("turns") + 1);
                    user.Set("name", value);
                    break;
                case ["remind", var value]:
                    turn.ConversationState.Set("turns", turn.ConversationState.Get<int>("turns") + 1);
                    await turn.ScheduleAsync(TimeSpan.FromHours(1), "reminder", value);
                    break;
                case ["fail", ..]:
                    throw new InvalidOperationException("boom");
                default:
                    reply = $"{turn.PrivateConversationState.Get<string>("name") ?? "nothing"} {user.Get<string>("name") ?? "nothing"} {turn.ConversationState.Get<int>("turns")}";
                    break;
            }

            await turn.SendActivityAsync(reply, token);
        },
        options =>
        {
            options.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            configure?.Invoke(options);
        },
        name: name);
}
