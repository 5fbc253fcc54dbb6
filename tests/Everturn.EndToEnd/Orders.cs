namespace Everturn.EndToEnd;

/// <summary>Reads the pizza bot's replies, each of which states the whole order.</summary>
internal static class Orders
{
    private const string Start = "pizza with ";

    /// <summary>Each reply is the one before and one topping more, and the last has every topping once.</summary>
    public static void AssertEachGrowsByOne(IReadOnlyList<string> replies, int count)
    {
        Assert.Equal(count, replies.Count);
        for (var at = 1; at < count; at++)
        {
            Assert.StartsWith(replies[at - 1] + " and ", replies[at], StringComparison.Ordinal);
        }

        var toppings = replies[^1][Start.Length..].Split(" and ");
        Assert.Equal(count, toppings.Length);
        Assert.Equal(count, toppings.Distinct(StringComparer.Ordinal).Count());
    }
}
