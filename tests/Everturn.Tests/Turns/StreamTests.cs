using System.Text;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Tests.Turns;

/// <summary>Messages that are shown while they come into being.</summary>
public sealed class StreamTests
{
    private readonly FaultyStore _store = new();
    private readonly PreviewChannel _channel = new();

    [Fact]
    public async Task Words_are_shown_as_they_come_and_committed_once_as_a_message_of_the_same_stream()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.SayAsync("Looking it up ...", token);
            await _channel.WaitForPreviewsAsync(1);
            await stream.AppendAsync("A quick ", token);
            await _channel.WaitForPreviewsAsync(2);
            await stream.AppendAsync("fox", token);
            await _channel.WaitForPreviewsAsync(3);
            Assert.Equal("A quick fox", stream.Text);
            Assert.EndsWith("-1.0", await stream.EndAsync(token), StringComparison.Ordinal);
        });

        await node.SendAsync("x");

        var message = Assert.Single(await _channel.WaitForAsync(1));
        Assert.Equal(("message", "A quick fox", "id-x"), (message.Type, message.Text, message.ReplyToId));
        Assert.Equal(new StreamInfo("given-1", null, "final"), StreamInfo.Of(message));
        Assert.Equal(
            [
                (new StreamInfo(null, 1, "informative"), "Looking it up ..."),
                (new StreamInfo("given-1", 2, "streaming"), "A quick "),
                (new StreamInfo("given-1", 3, "streaming"), "A quick fox"),
            ],
            _channel.Previews.Select(preview => (preview.Info, preview.Text!)));
    }

    [Fact]
    public async Task Words_come_at_the_channels_pace_and_all_of_them_each_time()
    {
        var time = new ManualTime();
        var said = new TaskCompletionSource();
        var goOn = new TaskCompletionSource();
        _channel.Interval = TimeSpan.FromSeconds(1);
        await using var node = NewNode(
            async (turn, token) =>
            {
                var stream = turn.BeginStream();
                foreach (var word in (string?[])["a", "b", "", null, "c", "d"])
                {
                    await stream.AppendAsync(word, token);
                }

                said.SetResult();
                await goOn.Task;
                await stream.EndAsync(token);
            },
            time: time);

        var turn = node.SendAsync("x");
        await said.Task;
        Assert.Equal(["shown a"], _channel.Order);
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(["shown a"], _channel.Order);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await _channel.WaitForPreviewsAsync(2);
        time.Advance(TimeSpan.FromSeconds(10));
        goOn.SetResult();
        await turn;
        await _channel.WaitForAsync(1);

        Assert.Equal(["shown a", "shown abcd", "said abcd"], _channel.Order);
    }

    [Fact]
    public async Task Channel_that_hangs_keeps_the_bot_not_from_its_work_and_the_turn_for_a_second()
    {
        _channel.Before = token => Task.Delay(Timeout.Infinite, token);
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            for (var i = 0; i < 1000; i++)
            {
                await stream.AppendAsync("word ", token);
            }

            await stream.EndAsync(token);
        });

        await node.SendAsync("x");

        var message = Assert.Single(await _channel.WaitForAsync(1));
        Assert.Equal(5000, message.Text!.Length);
        Assert.Null(StreamInfo.Of(message));
        Assert.Empty(_channel.Previews);
    }

    [Fact]
    public async Task Channel_that_fails_is_left_alone_and_the_message_is_an_ordinary_one()
    {
        var time = new ManualTime();
        var calls = 0;
        _channel.Before = _ => Interlocked.Increment(ref calls) > 0 ? throw new IOException("no") : Task.CompletedTask;
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync("a", token);
            time.Advance(_channel.Interval);
            await stream.AppendAsync("b", token);
            time.Advance(_channel.Interval);
            await stream.EndAsync(token);
        }, time: time);

        await node.SendAsync("x");

        Assert.Null(StreamInfo.Of(Assert.Single(await _channel.WaitForAsync(1))));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Status_behind_words_is_not_shown()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync("a", token);
            await stream.SayAsync("Looking it up ...", token);
            await stream.AppendAsync("b", token);
            await _channel.WaitForPreviewsAsync(2);
            await stream.EndAsync(token);
        });

        await node.SendAsync("x");
        await _channel.WaitForAsync(1);

        Assert.Equal(["shown a", "shown ab", "said ab"], _channel.Order);
    }

    [Fact]
    public async Task Message_may_have_attachments_and_words_of_its_own()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var first = turn.BeginStream();
            await first.AppendAsync("words", token);
            await first.EndAsync(MessageFactory.Attachment(new Attachment { ContentType = "image/png", ContentUrl = "https://pictures/1" }), token);
            var second = turn.BeginStream();
            await second.AppendAsync("wrods", token);
            await second.EndAsync(MessageFactory.Text("words"), token);
        });

        await node.SendAsync("x");

        var messages = await _channel.WaitForAsync(2);
        Assert.Equal(["words", "words"], messages.Select(message => message.Text!));
        Assert.Equal("image/png", Assert.Single(messages[0].Attachments!).ContentType);
        Assert.Equal(2, messages.Select(message => StreamInfo.Of(message)!.StreamId).Distinct().Count());
    }

    [Fact]
    public async Task Stream_that_is_not_ended_fails_the_turn_and_what_it_has_shown_is_taken_away()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            await turn.BeginStream().AppendAsync("a", token);
        });

        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("x"));

        Assert.StartsWith("ET1045:", failed.Exception.Message, StringComparison.Ordinal);
        var previews = await _channel.WaitForPreviewsAsync(2);
        Assert.Equal((new StreamInfo("given-1", 2, "streaming"), null), (previews[1].Info, previews[1].Text));
        Assert.Empty(_channel.Arrivals);
    }

    [Fact]
    public async Task Stream_of_a_bot_that_throws_is_taken_away_for_good_when_its_error_handler_speaks()
    {
        await using var node = NewNode(
            async (turn, token) =>
            {
                await turn.BeginStream().AppendAsync("a", token);
                throw new InvalidOperationException("the model has gone");
            },
            build: builder => builder.AddTurnErrorHandler<Apology>());

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));

        Assert.Equal("sorry", Assert.Single(await _channel.WaitForAsync(1)).Text);
        var previews = await _channel.WaitForPreviewsAsync(2);
        Assert.Equal((new StreamInfo("given-1", null, "final"), null), (previews[1].Info, previews[1].Text));
    }

    [Fact]
    public async Task Stream_that_is_cancelled_or_empty_sends_nothing_and_takes_away_what_it_has_shown()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var cancelled = turn.BeginStream();
            await cancelled.AppendAsync("a", token);
            await cancelled.CancelAsync(token);
            var empty = turn.BeginStream();
            await empty.SayAsync("Looking it up ...", token);
            Assert.Equal("", await empty.EndAsync(token));
            Assert.Equal("", await turn.BeginStream().EndAsync(token));
        });

        Assert.IsType<TurnOutcome.Committed>(await node.SendAsync("x"));

        var previews = await _channel.WaitForPreviewsAsync(4);
        Assert.Equal(["a", "Looking it up ...", null, null], previews.Select(preview => preview.Text));
        Assert.Equal(
            [new StreamInfo("given-1", null, "final"), new StreamInfo("given-2", null, "final")],
            previews.Skip(2).Select(preview => preview.Info).OrderBy(info => info.StreamId));
        Assert.Empty(_channel.Arrivals);
    }

    [Fact]
    public async Task Words_for_a_stream_that_is_over_and_a_second_one_while_it_is_open_are_errors()
    {
        TurnContext? left = null;
        TurnStream? open = null;
        await using var node = NewNode(async (turn, token) =>
        {
            left = turn;
            var ended = turn.BeginStream();
            Assert.StartsWith("ET1046:", Assert.Throws<InvalidOperationException>(turn.BeginStream).Message, StringComparison.Ordinal);
            await ended.EndAsync(token);
            await AssertIsOverAsync(ended);
            open = turn.BeginStream();
            throw new InvalidOperationException("enough");
        });

        await node.SendAsync("x");

        Assert.Throws<InvalidOperationException>(left!.BeginStream);
        await AssertIsOverAsync(open!);
        Assert.Empty(_channel.Previews);

        static async Task AssertIsOverAsync(TurnStream stream)
        {
            foreach (var use in (Func<Task>[])[
                () => stream.SayAsync("late").AsTask(),
                () => stream.AppendAsync("late").AsTask(),
                () => stream.EndAsync().AsTask(),
                () => stream.CancelAsync().AsTask()])
            {
                Assert.StartsWith("ET1046:", (await Assert.ThrowsAsync<InvalidOperationException>(use)).Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Answer_to_expectReplies_holds_the_message_and_nothing_is_shown_before()
    {
        await using var node = NewNode(StreamTextAsync);
        var activity = TestNode.Message("a b").Activity;
        activity.DeliveryMode = DeliveryModes.ExpectReplies;

        var committed = Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(activity));

        Assert.Contains("\"text\":\"a b\"", Encoding.UTF8.GetString(committed.Answer!.Body.Span), StringComparison.Ordinal);
        Assert.DoesNotContain("stream", Encoding.UTF8.GetString(committed.Answer.Body.Span), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(_channel.Order);
    }

    [Fact]
    public async Task Turn_of_an_invoke_streams_like_any_other()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            turn.InvokeResponse = new InvokeResponse(200);
            await StreamTextAsync(turn, token);
        });
        var activity = TestNode.Message("a b").Activity;
        (activity.Type, activity.Name) = (ActivityTypes.Invoke, "ask");

        Assert.Equal(200, Assert.IsType<TurnOutcome.Committed>(await node.SendAsync(activity)).Answer!.Status);

        Assert.Equal("given-1", StreamInfo.Of(Assert.Single(await _channel.WaitForAsync(1)))?.StreamId);
    }

    [Fact]
    public async Task Run_that_is_repeated_goes_on_with_the_stream_that_is_seen()
    {
        await using var other = NewNode((_, _) => Task.CompletedTask, name: "other");
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync($"run {turn.Run}", token);
            if (turn is { Run: 1, Activity.Text: "x" })
            {
                await other.SendAsync("before it");
            }

            await stream.EndAsync(token);
        });
        await node.SendAsync("warm");

        await node.SendAsync("x");

        var messages = await _channel.WaitForAsync(2);
        Assert.Equal("run 2", messages[^1].Text);
        var key = _channel.Previews[^1].Key;
        Assert.Equal(
            [(new StreamInfo(null, 1, "streaming"), "run 1"), (new StreamInfo("given-2", 2, "streaming"), "run 2")],
            _channel.Previews.Where(preview => preview.Key == key).Select(preview => (preview.Info, preview.Text!)));
        Assert.Equal("given-2", StreamInfo.Of(messages[^1])?.StreamId);
    }

    [Fact]
    public async Task Character_that_is_cut_is_shown_when_it_is_whole()
    {
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync("pizza \ud83c", token);
            await _channel.WaitForPreviewsAsync(1);
            await stream.AppendAsync("\udf55", token);
            await _channel.WaitForPreviewsAsync(2);
            await stream.EndAsync(token);
        });

        await node.SendAsync("x");
        await _channel.WaitForAsync(1);

        Assert.Equal(["shown pizza ", "shown pizza \ud83c\udf55", "said pizza \ud83c\udf55"], _channel.Order);
    }

    [Fact]
    public async Task Preview_has_a_limit_and_the_message_that_of_any_activity()
    {
        var time = new ManualTime();
        var most = new string('a', 64 * 1024);
        await using var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync(most, token);
            await _channel.WaitForPreviewsAsync(1);
            time.Advance(_channel.Interval);
            await stream.AppendAsync("b", token);
            time.Advance(_channel.Interval);
            if (turn.Activity.Text == "too much")
            {
                await stream.AppendAsync(new string('c', 256 * 1024), token);
            }

            await stream.EndAsync(token);
        }, time: time);

        await node.SendAsync("x");
        Assert.Equal(most + "b", Assert.Single(await _channel.WaitForAsync(1)).Text);
        Assert.Equal(most, Assert.Single(_channel.Previews).Text);
        var failed = Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("too much"));
        Assert.StartsWith("ET1002:", failed.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Stream_left_by_a_node_that_died_is_gone_on_with_or_taken_away(bool streamsAgain)
    {
        var doomed = new DyingStore(_store);
        var dead = NewNode(
            async (turn, token) =>
            {
                await turn.BeginStream().AppendAsync("half", token);
                await new TaskCompletionSource().Task;
            },
            options => options.Queued = true,
            store: doomed,
            name: "dead");
        await dead.SendAsync("x");
        var left = Assert.Single(await _channel.WaitForPreviewsAsync(1));
        doomed.Die();

        await using var node = NewNode(
            async (turn, token) =>
            {
                if (streamsAgain)
                {
                    await StreamTextAsync(turn, token);
                }
                else
                {
                    await turn.SendActivityAsync("plain", token);
                }
            },
            options => options.Queued = true,
            name: "alive");

        await _channel.WaitForAsync(1);
        var last = (await _channel.WaitForPreviewsAsync(2))[^1];
        Assert.Equal(left.Key, last.Key);
        Assert.Equal(streamsAgain ? "streaming" : "final", last.Info.Type);
        Assert.Equal(streamsAgain ? "x" : null, last.Text);
    }

    [Fact]
    public async Task Stream_of_an_activity_that_goes_to_dead_letters_is_taken_away_for_good()
    {
        await using var node = NewNode(
            async (turn, token) =>
            {
                await turn.BeginStream().AppendAsync("a", token);
                throw new InvalidOperationException("boom");
            },
            options => (options.Queued, options.MaxAttempts) = (true, 2));

        await node.SendAsync("x");

        var previews = await _channel.WaitForPreviewsAsync(5);
        Assert.Equal(["a", null, "a", null, null], previews.Select(preview => preview.Text));
        Assert.Equal(["streaming", "streaming", "streaming", "streaming", "final"], previews.Select(preview => preview.Info.Type));
        Assert.Single(previews.Select(preview => preview.Key).Distinct());
    }

    [Fact]
    public async Task Stream_of_a_dead_letter_that_is_replayed_is_another()
    {
        var isMended = false;
        await using var node = NewNode(
            async (turn, token) =>
            {
                var stream = turn.BeginStream();
                await stream.AppendAsync("a", token);
                if (!Volatile.Read(ref isMended))
                {
                    throw new InvalidOperationException("boom");
                }

                await stream.EndAsync(token);
            },
            options => (options.Queued, options.MaxAttempts) = (true, 1));
        await node.SendAsync("x");
        await _channel.WaitForPreviewsAsync(3);
        Volatile.Write(ref isMended, true);

        await node.DeadLetters.ReplayAsync((await node.DeadLetters.ListAsync().ToListAsync())[0].Id);

        await _channel.WaitForAsync(1);
        Assert.Equal(2, _channel.Previews.Select(preview => preview.Key).Distinct().Count());
    }

    [Fact]
    public async Task Run_left_behind_shows_nothing_any_more()
    {
        var goOn = new TaskCompletionSource();
        var left = new TaskCompletionSource<Exception>();
        await using var node = NewNode(
            async (turn, _) =>
            {
                var stream = turn.BeginStream();
                await stream.AppendAsync("a", CancellationToken.None);
                await goOn.Task;
                left.SetResult(await Assert.ThrowsAsync<InvalidOperationException>(async () => await stream.AppendAsync("late", CancellationToken.None)));
            },
            options => options.TurnDeadline = TimeSpan.FromMilliseconds(200));

        Assert.IsType<TurnOutcome.Unavailable>(await node.SendAsync("x"));
        goOn.SetResult();

        Assert.StartsWith("ET1046:", (await left.Task).Message, StringComparison.Ordinal);
        Assert.Equal(["a", null], (await _channel.WaitForPreviewsAsync(2)).Select(preview => preview.Text));
    }

    private static async Task StreamTextAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var stream = turn.BeginStream();
        await stream.AppendAsync(turn.Activity.Text, cancellationToken);
        await stream.EndAsync(cancellationToken);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stream_whose_commit_was_in_doubt_is_not_taken_away_after_its_message(bool queued)
    {
        var lost = 0;
        _store.AfterSave = async (_, key) =>
        {
            var record = RecordFormat.Read((await _store.LoadAsync(key, CancellationToken.None))!.Content);
            if (record.Revision == 1 && Interlocked.Exchange(ref lost, 1) == 0)
            {
                throw new IOException("the answer is lost");
            }
        };
        await using (var node = NewNode(
            async (turn, token) =>
            {
                var stream = turn.BeginStream();
                await stream.AppendAsync("words", token);
                await _channel.WaitForPreviewsAsync(1);
                await stream.EndAsync(token);
            },
            options => options.Queued = queued))
        {
            await node.SendAsync("x");
            await _channel.WaitForAsync(1);
        }

        Assert.Equal(["shown words", "said words"], _channel.Order);
    }

    [Fact]
    public async Task Stream_that_the_channel_did_not_take_is_not_taken_away()
    {
        var tried = new TaskCompletionSource();
        _channel.Before = _ => tried.TrySetResult() ? throw new IOException("no") : Task.CompletedTask;
        await using (var node = NewNode(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync("words", token);
            await tried.Task;
            await stream.CancelAsync(token);
        }))
        {
            await node.SendAsync("x");
        }

        Assert.Empty(_channel.Order);
    }

    private TestNode NewNode(
        Func<TurnContext, CancellationToken, Task> bot,
        Action<EverturnOptions>? configure = null,
        Action<EverturnBuilder>? build = null,
        IStore? store = null,
        string name = "node-1",
        TimeProvider? time = null) => new(
            store ?? _store,
            _channel,
            bot,
            options =>
            {
                options.LeaseDuration = TimeSpan.FromMilliseconds(400);
                options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
                configure?.Invoke(options);
            },
            build,
            name,
            time);

    private sealed class Apology : ITurnErrorHandler
    {
        public async Task OnTurnErrorAsync(TurnContext turn, Exception exception, CancellationToken cancellationToken) =>
            await turn.SendActivityAsync("sorry", cancellationToken);
    }
}
