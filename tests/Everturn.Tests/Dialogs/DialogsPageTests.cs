using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Dialogs;
using Everturn.Tests.Docs;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

/// <summary>What docs/dialogs.md shows is compiled, and does what the page says.</summary>
public sealed partial class DialogsPageTests
{
    [Fact]
    public void Every_snippet_of_the_page_is_in_the_code_that_is_tested()
    {
        var page = File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "dialogs.md"));
        var code = Lines(File.ReadAllText(Path.Combine(DocumentationTests.Root, "tests", "Everturn.Tests", "Dialogs", "DialogsPage.cs")));
        var snippets = Snippet().Matches(page).Select(match => Lines(match.Groups["code"].Value)).ToArray();

        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(snippet, code, StringComparison.Ordinal));

        static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    [Fact]
    public async Task Pizza_is_ordered()
    {
        var shop = new Shop();
        await using var talk = new Talk(new Root(shop));

        Assert.Equal(["Welcome to the pizzeria.", "How big, in centimetres?"], await talk.SayAsync("hello"));
        Assert.Equal(["A number from 20 to 50, please."], await talk.SayAsync("60"));
        Assert.Equal(["Answer, or say cancel.", "How big, in centimetres?"], await talk.SayAsync("help"));
        Assert.Equal(["What on it?"], await talk.SayAsync("30"));
        Assert.Equal(["30 cm with ham: order it?"], await talk.SayAsync("ham"));
        Assert.Equal(["Ordered. Your number is #1."], await talk.SayAsync("yes"));
        Assert.Single(shop.Keys.Distinct(StringComparer.Ordinal));
        await talk.SayAsync("hello");
        Assert.Equal(["Cancelled."], await talk.SayAsync("cancel"));
        Assert.Equal(DialogTurnStatus.Cancelled, talk.Result!.Status);
    }

    [Fact]
    public async Task Bot_takes_messages()
    {
        var bot = new OrderBot(new Shop());
        var channel = new RecordingChannel();
        await using var node = new TestNode(new FaultyStore(), channel, bot.OnTurnAsync);

        await node.SendAsync("hello");

        Assert.Equal(["Welcome to the pizzeria.", "How big, in centimetres?"], await channel.WaitForAsync(2));
    }

    [Fact]
    public async Task Bots_around_a_dialog_greet_and_hear_its_timers()
    {
        await using var greeting = Node(new GreetingBot(new Shop()), out var greeted);
        await using var mixed = Node(new MixedBot(new Shop()), out var said);
        var joins = TestNode.Message("").Activity;
        (joins.Type, joins.Text, joins.MembersAdded) = (ActivityTypes.ConversationUpdate, null, [new() { Id = "user" }]);

        await greeting.SendAsync(joins);
        await mixed.SendAsync("hello");

        Assert.Equal(["Good day.", "Welcome to the pizzeria.", "How big, in centimetres?"], await greeted.WaitForAsync(3));
        Assert.Equal(["Welcome to the pizzeria.", "How big, in centimetres?"], await said.WaitForAsync(2));

        static TestNode Node(IBot bot, out RecordingChannel channel) => new(new FaultyStore(), channel = new RecordingChannel(), bot.OnTurnAsync);
    }

    [Fact]
    public async Task Visit_is_counted_and_its_timer_is_cancelled()
    {
        var bot = new DialogBot(MoreFlows.Visit);
        var store = new FaultyStore();
        var channel = new RecordingChannel();
        await using var node = new TestNode(store, channel, bot.OnTurnAsync);

        await SayAsync("hello");
        Assert.Equal(["Take your time.", "Say when you are done."], await channel.WaitForAsync(2));
        Assert.Single(await TimersAsync());
        await SayAsync("done");
        Assert.Empty(await TimersAsync());

        async Task SayAsync(string text) => Assert.IsType<TurnOutcome.Committed>(
            await node.Engine.ProcessAsync(TestNode.Message(text) with { User = "user" }, TestContext.Current.CancellationToken));

        async Task<ImmutableArray<ConversationTimer>> TimersAsync() => RecordFormat.Read(
            (await store.LoadAsync(new ConversationKey("test", "test", "c").ToStoreKey(), TestContext.Current.CancellationToken))!.Content).Timers;
    }

    [Fact]
    public async Task Table_is_booked()
    {
        await using var talk = new Talk(MoreFlows.Booking);

        Assert.Equal(["For which day?"], await talk.SayAsync("hello"));
        Assert.Equal(["Not in the past, please."], await talk.SayAsync("3/4/2020"));
        Assert.Equal(["What is your name?"], await talk.SayAsync("3/4/2199"));
        Assert.Equal(["How old are you?"], await talk.SayAsync("Ann"));
        Assert.Equal(["How old are you?"], await talk.SayAsync("200"));
        Assert.Equal(["Hello Ann, 30.", "Booked for Ann on 2199-03-04."], await talk.SayAsync("30"));
    }

    [Fact]
    public async Task Other_flows_of_the_page_do_what_it_says()
    {
        await using var hurried = new Talk(MoreFlows.Hurried);
        await using var versioned = new Talk(MoreFlows.Versioned);
        await using var counter = new Talk(MoreFlows.Counter);
        await using var payment = new Talk(MoreFlows.Payment(new Till()));

        Assert.Equal(["A tip?"], await hurried.SayAsync("x"));
        Assert.Equal(["Thank you for 2."], await hurried.SayAsync("2"));
        Assert.Equal(["What is your name?"], await versioned.SayAsync("x"));
        Assert.Equal(["And your mail address?"], await versioned.SayAsync("Ann"));
        Assert.Equal(["How many more?"], await counter.SayAsync("x"));
        for (var total = 1; total <= 150; total++)
        {
            Assert.Equal([$"That makes {total}.", "How many more?"], await counter.SayAsync("1"));
        }

        Assert.Equal(["I don't know whether that has been paid. We will look, and write to you."], await payment.SayAsync("x"));
        Assert.Equal(["Paid."], await payment.SayAsync("x"));
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();

    private sealed class Till : ITill
    {
        private int _calls;

        public Task ChargeAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken) =>
            ++_calls > 1 ? Task.CompletedTask : Task.FromException(new IOException("no connection"));
    }

    private sealed class Shop : IShop
    {
        public ConcurrentQueue<string> Keys { get; } = [];

        public Task<string> OrderAsync(int size, string idempotencyKey, CancellationToken cancellationToken)
        {
            Keys.Enqueue(idempotencyKey);
            return Task.FromResult("#1");
        }
    }
}
