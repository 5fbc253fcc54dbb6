using Everturn.Conversations;
using Everturn.Storage;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Tests.Users;

/// <summary>What is kept of a user across conversations, on stores that write several documents as one and on those that do not.</summary>
public sealed class UserStateTests
{
    private readonly RecordingChannel _channel = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task State_of_a_user_is_seen_in_all_his_conversations(bool isTransactional)
    {
        await using var node = NewNode(Store(isTransactional));

        await SendAsync(node, "name Ada", "one");
        await _channel.WaitForAsync(1);
        await Eventually.TrueAsync(async () =>
        {
            await SendAsync(node, "who", "two");
            return _channel.Texts.Contains("Ada");
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conversation_sees_its_own_changes_at_once(bool isTransactional)
    {
        await using var node = NewNode(Store(isTransactional));

        await SendAsync(node, "name Ada", "one");
        await SendAsync(node, "who", "one");
        await SendAsync(node, "name", "one");
        await SendAsync(node, "who", "one");

        Assert.Equal(["ok", "Ada", "ok", "nobody"], await _channel.WaitForAsync(4));
    }

    [Fact]
    public async Task Late_read_of_a_run_that_was_left_behind_does_not_undo_what_the_next_one_has_changed()
    {
        var store = new FaultyStore();
        await using var node = NewNode(store);
        var users = new UserStates(ConversationRecord.New(new byte[Inbox.KeyBytes]), node.Context);
        var user = new UserKey("test", "test", "ada");
        var (gate, changed) = (new TaskCompletionSource(), new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal) { ["name"] = "1"u8.ToArray() });
        store.BeforeLoad = _ => gate.Task;
        var leftBehind = users.ReadAsync(user, CancellationToken.None);
        store.BeforeLoad = null;

        await users.ReadAsync(user, CancellationToken.None);
        users.Keep(user, changed);
        gate.SetResult();

        Assert.Same(changed, await leftBehind);
        Assert.Same(changed, Assert.Single(users.Now).State);
    }

    [Fact]
    public async Task Conversations_of_one_user_at_once_count_together_where_they_are_written_as_one()
    {
        var store = Store(isTransactional: true);
        await using var a = NewNode(store, "a");
        await using var b = NewNode(store, "b");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => SendAsync(i % 2 == 0 ? a : b, $"count {i}", $"conversation-{i % 4}"))));

        await _channel.WaitForAsync(20);
        Assert.Contains("20", _channel.Texts);
    }

    [Fact]
    public async Task Conversations_of_one_user_at_once_lose_no_value_of_their_own_where_they_are_not()
    {
        var store = Store(isTransactional: false);
        await using var a = NewNode(store, "a");
        await using var b = NewNode(store, "b");

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => SendAsync(i % 2 == 0 ? a : b, $"note {i}", $"conversation-{i % 4}"))));

        await _channel.WaitForAsync(20);
        await Eventually.TrueAsync(async () =>
        {
            await SendAsync(a, "notes", "other");
            return _channel.Texts.Contains("20 notes");
        });
    }

    [Fact]
    public async Task Turn_that_fails_changes_nothing_of_the_user()
    {
        await using var node = NewNode(Store(isTransactional: true));
        Assert.IsType<TurnOutcome.Failed>(await SendAsync(node, "name Ada and fail", "one"));

        await SendAsync(node, "who", "one");

        Assert.Equal(["nobody"], await _channel.WaitForAsync(1));
    }

    [Fact]
    public async Task Users_do_not_see_each_other()
    {
        await using var node = NewNode(Store(isTransactional: true));
        await SendAsync(node, "name Ada", "one");

        await SendAsync(node, "who", "one", user: "grace");

        Assert.Equal(["ok", "nobody"], await _channel.WaitForAsync(2));
    }

    [Fact]
    public async Task User_whom_nobody_vouches_for_has_no_state()
    {
        await using var node = NewNode(Store(isTransactional: true));

        var failed = Assert.IsType<TurnOutcome.Failed>(await SendAsync(node, "who", "one", user: null));

        Assert.StartsWith("ET1031", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_of_a_conversation_have_state_of_their_own()
    {
        await using var node = new TestNode(Store(isTransactional: true), _channel, async (turn, token) =>
        {
            turn.PrivateConversationState.Set("said", (turn.PrivateConversationState.Get<int>("said")) + 1);
            turn.ConversationState.Set("said", turn.ConversationState.Get<int>("said") + 1);
            Assert.Equal(["said"], turn.ConversationState.Names);
            await turn.SendActivityAsync($"{turn.PrivateConversationState.Get<int>("said")} of {turn.ConversationState.Get<int>("said")}", token);
        });

        foreach (var user in (string[])["ada", "grace", "ada"])
        {
            await SendAsync(node, "hi", "one", user);
        }

        Assert.Equal(["1 of 1", "1 of 2", "2 of 3"], await _channel.WaitForAsync(3));
    }

    [Fact]
    public async Task Name_that_is_kept_for_the_engine_is_refused()
    {
        await using var node = new TestNode(Store(isTransactional: true), _channel, (turn, _) =>
        {
            turn.ConversationState.Set("$private/x", 1);
            return Task.CompletedTask;
        });

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1011", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_with_user_state_costs_one_write_and_one_read()
    {
        var store = new CountingStore(new MemoryStore(Random.Shared));
        await using var node = NewNode(store);
        await SendAsync(node, "count 0", "one");
        await _channel.WaitForAsync(1);
        var (loads, saves) = (store.Loads, store.Saves);

        for (var i = 1; i <= 10; i++)
        {
            await SendAsync(node, $"count {i}", "one");
            await _channel.WaitForAsync(i + 1);
        }

        Assert.Equal(10, store.Loads - loads);
        // The clock may add a confirmation of its own on a slow machine.
        Assert.InRange(store.Saves - saves, 10, 12);
    }

    private static IStore Store(bool isTransactional) => isTransactional ? new MemoryStore(Random.Shared) : new FaultyStore();

    private static async Task<TurnOutcome> SendAsync(TestNode node, string text, string conversation, string? user = "ada") =>
        await node.Engine.ProcessAsync(TestNode.Message(text, Guid.NewGuid().ToString(), conversation) with { User = user }, default);

    private TestNode NewNode(IStore store, string name = "node-1") => new(
        store,
        _channel,
        async (turn, token) =>
        {
            var user = await turn.GetUserStateAsync(token);
            var reply = "ok";
            switch (turn.Activity.Text!.Split(' '))
            {
                case ["name"]:
                    user.Remove("name");
                    break;
                case ["name", var given, .. var rest]:
                    user.Set("name", given);
                    if (rest.Length > 0)
                    {
                        throw new InvalidOperationException("boom");
                    }

                    break;
                case ["who"]:
                    reply = user.Get<string>("name") ?? "nobody";
                    break;
                case ["note", var number]:
                    user.Set($"note {number}", true);
                    break;
                case ["notes"]:
                    reply = $"{user.Names.Count} notes";
                    break;
                default:
                    user.Set("count", user.Get<int>("count") + 1);
                    reply = $"{user.Get<int>("count")}";
                    break;
            }

            await turn.SendActivityAsync(reply, token);
        },
        options => options.RecoveryInterval = TimeSpan.FromMilliseconds(100),
        name: name);

    /// <summary>Counts what a transactional store is asked for.</summary>
    private sealed class CountingStore(MemoryStore inner) : ITransactionalStore
    {
        private int _loads;
        private int _saves;

        public int Loads => _loads;

        public int Saves => _saves;

        public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _loads);
            return inner.LoadAsync(key, cancellationToken);
        }

        public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
        {
            Interlocked.Increment(ref _saves);
            return inner.SaveAsync(key, content, expected, due);
        }

        public ValueTask<IReadOnlyList<ETag>?> SaveAllAsync(IReadOnlyList<DocumentWrite> writes)
        {
            Interlocked.Increment(ref _saves);
            return inner.SaveAllAsync(writes);
        }

        public ValueTask<bool> DeleteAsync(string key, ETag expected) => inner.DeleteAsync(key, expected);

        public ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
            inner.ListDueAsync(scope, now, after, limit, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
            inner.ListKeysAsync(prefix, after, limit, cancellationToken);
    }
}
