using System.Text;
using System.Text.Json;
using Everturn.Conversations;

namespace Everturn.Tests.Conversations;

public sealed class ConversationStateTests
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _stored = new()
    {
        ["order"] = "{ \"toppings\" : [\"ham\"] , \"unread\": 1.50 }"u8.ToArray(),
        ["broken"] = "[1"u8.ToArray(),
        ["count"] = "3"u8.ToArray(),
    };

    [Fact]
    public void Value_changed_in_place_is_saved()
    {
        var state = NewState();

        state.Get<Order>("order")!.Toppings.Add("cheese");

        Assert.Equal("""{"toppings":["ham","cheese"]}""", Stored(state, "order"));
    }

    [Fact]
    public void Value_not_touched_keeps_its_bytes_and_is_not_parsed()
    {
        var stored = NewState().ToStored();

        Assert.True(stored["order"].Equals(_stored["order"]));
        Assert.True(stored["broken"].Equals(_stored["broken"]));
    }

    [Fact]
    public void Value_set_removed_and_cleared()
    {
        var state = NewState();
        state.Set("new", 5);
        state.Remove("count");
        Assert.Equal(["broken", "new", "order"], state.Names);
        Assert.Equal(5, state.Get<int>("new"));
        Assert.Equal(0, state.Get<int>("count"));

        state.Clear();

        Assert.Empty(state.ToStored());
    }

    [Fact]
    public void Value_made_when_missing_is_kept()
    {
        var state = NewState();

        state.GetOrCreate("other", () => new Order()).Toppings.Add("x");

        Assert.Equal("""{"toppings":["x"]}""", Stored(state, "other"));
        Assert.Equal(["ham"], state.GetOrCreate("order", () => new Order()).Toppings);
    }

    [Fact]
    public void Value_of_another_type_gives_a_clear_error()
    {
        var state = NewState();

        Assert.Contains("ET1011", Assert.Throws<InvalidOperationException>(() => state.Get<Order>("count")).Message, StringComparison.Ordinal);
        state.Get<int>("count");
        Assert.Contains("ET1011", Assert.Throws<InvalidOperationException>(() => state.Get<string>("count")).Message, StringComparison.Ordinal);
    }

    private ConversationState NewState() => new(_stored, JsonSerializerOptions.Web);

    private static string Stored(ConversationState state, string name) => Encoding.UTF8.GetString(state.ToStored()[name].Span);

    private sealed class Order
    {
        public List<string> Toppings { get; set; } = [];
    }
}
