using System.Text.Json;
using Everturn.Activities;
using Everturn.AspNetCore;
using Everturn.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GeoBot.Tests;

/// <summary>The geo bot with its local recognizer: a welcome, two states, and what it has understood.</summary>
public sealed class GeoTests : IAsyncDisposable
{
    private readonly TestBot _bot = TestBot.Create(services =>
        services.AddEverturn(options => options.Region = "koreacentral").AddBot<Geo>().AddRecognizer(new ConfigurationBuilder().Build())).MustBeRerunnable();

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Members_are_welcomed_once_by_a_card()
    {
        await _bot.AddMembersAsync();
        await _bot.AddMembersAsync("another");

        var welcome = await _bot.ExpectAsync();
        await _bot.ExpectNothingMoreAsync();
        var card = Assert.Single(welcome.Attachments!);
        Assert.Equal("application/vnd.microsoft.card.adaptive", card.ContentType);
        Assert.Equal("AdaptiveCard", card.Content!.Value.GetProperty("type").GetString());
        Assert.Contains("Answered from koreacentral.", card.Content.Value.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_alone_is_not_welcomed()
    {
        await _bot.AddMembersAsync("bot");

        await _bot.ExpectNothingMoreAsync();
    }

    [Theory]
    [InlineData("flights from Vienna to Rome on Monday", "I understood FindFlight", "- City: \"Vienna\", which is Vienna", "- City: \"Rome\", which is Rome", "- Date: \"on Monday\"")]
    [InlineData("明日の東京の天気は", "I understood GetWeather", "- City: \"東京\", which is Tokyo")]
    [InlineData("cancel booking AB12CD", "I understood CancelBooking", "- BookingNumber: \"AB12CD\", which is booking")]
    [InlineData("who was Napoleon", "I did not understand what you want (score ")]
    public async Task What_was_understood_is_echoed(string text, params string[] parts)
    {
        await _bot.SendAsync(text);

        var reply = (await _bot.ExpectAsync()).Text!;
        Assert.All(parts, part => Assert.Contains(part, reply, StringComparison.Ordinal));
        Assert.EndsWith("\n\nRecognized by local.\n\nAnswered from koreacentral.", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_makes_the_bot_wait_and_anything_brings_it_back()
    {
        await _bot.SendAsync(" Cancel ");
        await _bot.ExpectAsync("OK, I wait. Say anything to go on.\n\nAnswered from koreacentral.");
        await _bot.MoveAsync();
        await _bot.SendAsync("cancel");
        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("Here I am again.", StringComparison.Ordinal), "Here I am again. ...");
        await _bot.SendAsync("hello");
        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("I understood Greet", StringComparison.Ordinal), "I understood Greet ...");
        await _bot.SendAsync("CANCEL");
        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("OK, I wait.", StringComparison.Ordinal), "OK, I wait. ...");
        await _bot.SendAsync("hello");
        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("Here I am again.", StringComparison.Ordinal), "Here I am again. ...");
    }

    [Fact]
    public async Task Example_of_the_card_is_said_by_pressing_it()
    {
        await _bot.AddMembersAsync();
        await _bot.ExpectAsync();

        await _bot.PressAsync("明日の東京の天気は");

        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("I understood GetWeather", StringComparison.Ordinal), "I understood GetWeather ...");
    }

    [Fact]
    public async Task Example_that_comes_as_a_value_is_taken_for_what_was_said()
    {
        await _bot.SendAsync(new Activity { Type = ActivityTypes.Message, Value = JsonSerializer.SerializeToElement("明日の東京の天気は") });

        await _bot.ExpectAsync(reply => reply.Text!.StartsWith("I understood GetWeather", StringComparison.Ordinal), "I understood GetWeather ...");
    }

    [Fact]
    public async Task Teams_is_told_to_say_the_examples_for_the_user()
    {
        await using var teams = TestBot.Create(
            services => services.AddEverturn().AddBot<Geo>().AddRecognizer(new ConfigurationBuilder().Build()), options => options.ChannelId = "msteams");
        await teams.AddMembersAsync();

        var card = (await teams.ExpectAsync()).Attachments![0].Content!.Value;

        var said = card.GetProperty("actions")[0].GetProperty("data").GetProperty("msteams");
        Assert.Equal(("imBack", "What's the weather like in Lisbon tomorrow?"), (said.GetProperty("type").GetString(), said.GetProperty("value").GetString()));
    }

    [Fact]
    public async Task Message_without_words_is_not_understood()
    {
        await _bot.SendAsync("");

        await _bot.ExpectAsync("I did not understand what you want.\n\nRecognized by local.\n\nAnswered from koreacentral.");
    }

    [Fact]
    public async Task Turn_that_meets_a_crash_is_answered_once()
    {
        _bot.Next.Crash(CrashPoint.AfterCommit);
        await _bot.SendAsync("cancel");

        await _bot.ExpectAsync("OK, I wait. Say anything to go on.\n\nAnswered from koreacentral.");
        await _bot.ExpectNothingMoreAsync();
    }

    [Fact]
    public void Recognizer_that_is_not_known_is_named()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("GeoBot:Recognizer", (string?)"luis")]).Build();

        var exception = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddEverturn().AddRecognizer(configuration));

        Assert.Equal("GeoBot:Recognizer is 'luis'; it is local, clu or openai.", exception.Message);
    }
}
