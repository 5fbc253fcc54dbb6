using System.Globalization;
using System.Text.Json;
using Everturn.Delivery;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Testing.Tests.Bots;

/// <summary>Everything that is no text, and more than one user.</summary>
public sealed class ChatTests
{
    [Fact]
    public async Task Conversations_are_apart_and_users_share_theirs()
    {
        await using var bot = FunctionBot.Test(CountAsync);
        var ann = bot.Conversation("table", "ann");
        var ben = ann.As("ben");

        await bot.SendAsync("x");
        await ann.SendAsync("x");
        await ben.SendAsync("x");
        await ben.SendAsync("x");

        await bot.ExpectAsync("conversation 1, own 1, user 1");
        await ann.ExpectAsync("conversation 1, own 1, ann 1");
        await ben.ExpectAsync("conversation 2, own 1, ben 1");
        await ben.ExpectAsync("conversation 3, own 2, ben 2");
        await ann.ExpectNothingMoreAsync();
        Assert.Equal(3, ann.GetState<int>("count"));
        Assert.Equal(1, ann.GetPrivateState<int>("count"));
        Assert.Equal(2, ben.GetPrivateState<int>("count"));
        Assert.Equal(2, ben.GetUserState<int>("count"));
        Assert.Equal(0, ben.GetUserState<int>("nothing"));
    }

    [Fact]
    public async Task User_of_two_conversations_has_one_state_on_each_kind_of_store()
    {
        await using var bot = FunctionBot.Test(CountAsync, options => options.HasTransactions = false);

        await bot.SendAsync("x");
        await bot.ExpectAsync("conversation 1, own 1, user 1");
        await bot.ExpectNothingMoreAsync();
        await bot.Conversation("other").SendAsync("x");

        await bot.Conversation("other").ExpectAsync("conversation 1, own 1, user 2");
    }

    [Fact]
    public async Task Nobody_vouches_for_users_of_such_a_channel()
    {
        await using var bot = FunctionBot.Test(CountAsync, options => options.VouchesForUsers = false);

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.SendAsync("x"));

        Assert.Contains("ET1031", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Same_object_is_sent_as_another_activity_each_time_and_stays_as_it_is()
    {
        await using var bot = FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync($"{turn.Activity.Text} in {turn.Conversation.Id}", token));
        var hi = MessageFactory.Text("hi");

        await bot.SendAsync(hi);
        await bot.SendAsync(hi);
        await bot.Conversation("other").SendAsync(hi);
        var replies = await bot.SendExpectingRepliesAsync(hi);
        await bot.SendAsync(hi);

        await bot.ExpectAsync("hi in conversation");
        await bot.ExpectAsync("hi in conversation");
        await bot.ExpectAsync("hi in conversation");
        await bot.ExpectNothingMoreAsync();
        await bot.Conversation("other").ExpectAsync("hi in other");
        Assert.Equal("hi in conversation", Assert.Single(replies).Text);
        Assert.Null(hi.Id);
        Assert.Null(hi.DeliveryMode);
    }

    [Fact]
    public async Task Members_are_greeted()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
            await turn.SendActivityAsync($"Hello {string.Join(" and ", turn.Activity.MembersAdded!.Select(member => member.Id))}.", token));

        await bot.AddMembersAsync();
        await bot.AddMembersAsync("ann", "ben");

        await bot.ExpectAsync("Hello user.");
        await bot.ExpectAsync("Hello ann and ben.");
    }

    [Fact]
    public async Task Invoke_returns_the_answer()
    {
        await using var bot = FunctionBot.Test((turn, _) =>
        {
            turn.InvokeResponse = new(201, JsonSerializer.SerializeToElement(new { name = turn.Activity.Name, size = turn.Activity.Value!.Value.GetProperty("size").GetInt32() }));
            return Task.CompletedTask;
        });

        var answer = await bot.InvokeAsync("order", new { size = 30 });

        Assert.Equal(201, answer.Status);
        Assert.Equal("""{"name":"order","size":30}""", answer.Body!.Value.GetRawText());
    }

    [Fact]
    public async Task Queued_bot_refuses_an_invoke()
    {
        await using var bot = FunctionBot.TestQueued((_, _) => Task.CompletedTask);

        var failure = await Assert.ThrowsAsync<TestBotException>(() => bot.InvokeAsync("order"));

        Assert.StartsWith("ET8006: [invoke order] was refused. ET1025:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replies_come_in_the_answer_when_they_are_expected_there()
    {
        await using var bot = FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync($"{turn.Activity.Text}!", token));

        var replies = await bot.SendExpectingRepliesAsync("hi");

        Assert.Equal(["hi!"], replies.Select(reply => reply.Text));
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Event_reaches_the_bot_with_its_value()
    {
        await using var bot = FunctionBot.Test(async (turn, token) => await turn.SendActivityAsync($"{turn.Activity.Name} {turn.Activity.Value}", token));

        await bot.SendEventAsync("paid", 7);

        await bot.ExpectAsync("paid 7");
    }

    [Fact]
    public async Task Typing_is_counted_and_not_expected()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            await turn.SendTypingAsync(token);
            await turn.SendActivityAsync("x", token);
        });

        await bot.SendAsync("hi");

        await bot.ExpectAsync("x");
        Assert.Equal(1, bot.TypingCount);
    }

    [Fact]
    public async Task Previews_of_a_streamed_message_are_seen_and_not_expected()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            var stream = turn.BeginStream();
            await stream.AppendAsync("It is", token);
            await Task.Delay(TimeSpan.FromSeconds(1), turn.Services.GetRequiredService<TimeProvider>(), token);
            await stream.AppendAsync(" ready.", token);
            await Task.Delay(TimeSpan.FromSeconds(1), turn.Services.GetRequiredService<TimeProvider>(), token);
            await stream.EndAsync(token);
        }).MustBeRerunnable();

        await bot.SendAsync("hi");

        await bot.ExpectAsync("It is ready.");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal(["It is", "It is ready."], bot.Previews);
    }

    [Fact]
    public async Task World_is_as_the_options_say()
    {
        await using var bot = FunctionBot.TestQueued(
            (turn, _) => throw new InvalidOperationException($"{turn.Activity.ChannelId} {turn.Activity.Locale} {turn.Activity.Timestamp}"),
            options =>
            {
                options.ChannelId = "msteams";
                options.Locale = "de-DE";
                options.Start = new(2031, 1, 1, 0, 0, 0, TimeSpan.Zero);
                options.Configuration["Everturn:MaxAttempts"] = "1";
            });
        await bot.SendAsync("hi");
        await bot.AdvanceAsync(TimeSpan.FromSeconds(1));

        var letters = await bot.DoAsync(async services => await services.GetRequiredService<IDeadLetters>().ListAsync().ToListAsync());

        var letter = Assert.Single(letters);
        Assert.Equal(1, letter.Attempts);
        Assert.EndsWith("msteams de-DE 2031-01-01T00:00:00.0000000Z", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Turn_that_is_given_up_fails_the_test_unless_it_looks()
    {
        await using var bot = FunctionBot.Test(async (turn, token) =>
        {
            if (turn.IsUnasked)
            {
                throw new InvalidOperationException("no");
            }

            await turn.ScheduleAsync(TimeSpan.FromMinutes(1), "ring", 7);
        });
        await bot.SendAsync("hi");
        await bot.ExpectNothingMoreAsync();
        await bot.AdvanceAsync(TimeSpan.FromMinutes(2));

        var failure = await Assert.ThrowsAsync<TestBotException>(bot.ExpectNothingMoreAsync);
        Assert.StartsWith("ET8005: the turn of [event ring] 7 went to dead letters after 3 attempts: ", failure.Message, StringComparison.Ordinal);
        await bot.DoAsync(async services => await services.GetRequiredService<IDeadLetters>().ListAsync().ToListAsync());
        await bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public async Task Another_node_has_what_is_stored_and_nothing_else()
    {
        await using var bot = FunctionBot.Test(CountAsync);
        await bot.SendAsync("x");
        await bot.ExpectAsync("conversation 1, own 1, user 1");
        var services = bot.Services;

        await bot.MoveAsync();
        await bot.SendAsync("x");

        await bot.ExpectAsync("conversation 2, own 2, user 2");
        Assert.NotSame(services, bot.Services);
    }

    private static async Task CountAsync(TurnContext turn, CancellationToken cancellationToken)
    {
        var shared = turn.ConversationState.Get<int>("count") + 1;
        turn.ConversationState.Set("count", shared);
        var own = turn.PrivateConversationState.Get<int>("count") + 1;
        turn.PrivateConversationState.Set("count", own);
        var user = await turn.GetUserStateAsync(cancellationToken);
        var everywhere = user.Get<int>("count") + 1;
        user.Set("count", everywhere);
        await turn.SendActivityAsync(string.Create(CultureInfo.InvariantCulture, $"conversation {shared}, own {own}, {turn.Activity.From!.Id} {everywhere}"), cancellationToken);
    }
}
