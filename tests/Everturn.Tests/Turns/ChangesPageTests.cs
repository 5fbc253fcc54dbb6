using Everturn.Conversations;
using Everturn.Tests.Delivery;
using Everturn.Tests.Docs;

namespace Everturn.Tests.Turns;

/// <summary>What docs/turn.md shows of updates is compiled, and does what the page says.</summary>
public sealed class ChangesPageTests
{
    [Fact]
    public void Snippet_of_the_page_is_the_code_that_is_tested()
    {
        var page = File.ReadAllText(Path.Combine(DocumentationTests.Root, "docs", "turn.md"));
        var section = page.Split("\n## ").Single(section => section.StartsWith("Changing what was said\n", StringComparison.Ordinal));
        var snippet = section.Split("```csharp\n")[1].Split("```")[0];

        Assert.Contains(snippet, File.ReadAllText(Path.Combine(DocumentationTests.Root, "tests", "Everturn.Tests", "Turns", "ChangesPage.cs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(128, "x1 = Pizza at noon? 2 of us.")]
    [InlineData(0, "+x2 Pizza at noon? 2 of us.")]
    public async Task Poll_is_kept_up_to_date_and_said_anew_when_it_cannot_be_reached(int capacity, string expected)
    {
        var (store, channel) = (new FaultyStore(), new NumberingChannel());
        await using var node = new TestNode(store, channel, new LunchBot().OnTurnAsync, options => options.ActivityIdCapacity = capacity);
        await node.SendAsync("who is hungry?");
        var key = new ConversationKey("test", "test", "c").ToStoreKey();
        await Eventually.TrueAsync(async () => RecordFormat.Read((await store.LoadAsync(key, CancellationToken.None))!.Content).Outbox.IsEmpty);

        await node.SendAsync("me too");

        Assert.Equal(["+x1 Pizza at noon? 1 of us.", expected], await channel.UntilAsync(expected));
    }
}
