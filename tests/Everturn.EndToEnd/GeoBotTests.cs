using Everturn.Azure.Tests.Clu;

namespace Everturn.EndToEnd;

/// <summary>GeoBot on a real cluster of two regions, with each of its recognizers.</summary>
public sealed class GeoBotTests
{
    private const string Near = "koreacentral";
    private const string Far = "southeastasia";

    [Fact]
    public async Task Conversation_goes_on_in_the_other_region_when_its_own_dies()
    {
        await using var cluster = await Cluster.StartAsync(new ClusterOptions { Bot = "geo", Arguments = ["--nodes", "1", "--regions", $"{Near},{Far}"] });
        using var client = new DirectLineClient();
        await client.StartAsync(cluster.Url);

        var welcome = Assert.Single(await RepliesAsync(cluster, client, 1));
        Assert.Contains(Near, welcome, StringComparison.Ordinal);
        await client.PostAsync([cluster.Url], 0, "1", "what's the weather like in Paris");
        Assert.Matches("^I understood GetWeather.*City: \"Paris\".*Recognized by local.*Answered from koreacentral", Flat((await RepliesAsync(cluster, client, 2))[1]));
        await client.PostAsync([cluster.Url], 0, "2", "cancel");
        Assert.Contains($"Answered from {Near}.", (await RepliesAsync(cluster, client, 3))[2], StringComparison.Ordinal);

        await cluster.FaultAsync("kill-region", Near);
        await client.PostAsync([cluster.Url], 0, "3", "hello");

        Assert.Matches("^Here I am again.*Answered from southeastasia", Flat((await RepliesAsync(cluster, client, 4))[3]));
    }

    [Fact]
    public async Task Language_service_is_asked_in_the_own_region_then_in_the_next_then_the_local_recognizer()
    {
        await using var near = await PlayedClu.StartAsync(Near);
        await using var far = await PlayedClu.StartAsync(Far);
        await using var cluster = await Cluster.StartAsync(new ClusterOptions
        {
            Bot = "geo",
            Arguments = ["--nodes", "1", "--regions", $"{Near},{Far}"],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["GeoBot__Recognizer"] = "clu",
                ["Clu__Project"] = "GeoBot",
                ["Clu__Endpoints__0__Region"] = Far,
                ["Clu__Endpoints__0__Address"] = far.Address.ToString(),
                ["Clu__Endpoints__0__Key"] = "far",
                ["Clu__Endpoints__1__Region"] = Near,
                ["Clu__Endpoints__1__Address"] = near.Address.ToString(),
                ["Clu__Endpoints__1__Key"] = "near",
            },
        });
        using var client = new DirectLineClient();
        await client.StartAsync(cluster.Url);
        var said = 1;

        async Task<string> SayAsync()
        {
            await client.PostAsync([cluster.Url], 0, $"said-{said}", "Book 2 rooms in Rome 🏛 for ABC");
            return Flat((await RepliesAsync(cluster, client, ++said))[^1]);
        }

        Assert.Matches("^I understood BookHotel \\(score 0.97\\).*City: \"Rome\", which is ROM.*Recognized by clu in koreacentral.*Answered from koreacentral", await SayAsync());
        near.Fail(500);
        Assert.Matches("Recognized by clu in southeastasia.*Answered from koreacentral", await SayAsync());
        far.Fail(401, "401");
        Assert.Matches("Recognized by local.*Answered from koreacentral", await SayAsync());
    }

    [Fact]
    public async Task Language_model_is_asked_with_the_same_intents()
    {
        await using var model = await PlayedModel.StartAsync("""{"intent":"FindFlight","confidence":0.9,"entities":[{"category":"City","text":"Rome"}]}""");
        await using var cluster = await Cluster.StartAsync(new ClusterOptions
        {
            Bot = "geo",
            Arguments = ["--nodes", "1", "--regions", Near],
            Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["GeoBot__Recognizer"] = "openai",
                ["OpenAI__Endpoint"] = model.Url.ToString(),
                ["OpenAI__Model"] = "played",
            },
        });
        using var client = new DirectLineClient();
        await client.StartAsync(cluster.Url);

        await client.PostAsync([cluster.Url], 0, "1", "get me to Rome by plane");

        Assert.Matches("^I understood FindFlight \\(score 0.90\\).*City: \"Rome\", which is Rome.*Recognized by chat", Flat((await RepliesAsync(cluster, client, 2))[^1]));
        Assert.Equal(1, model.Asked);
    }

    // What the bot has said, by text or card, as soon as it is so much.
    private static async Task<string[]> RepliesAsync(Cluster cluster, DirectLineClient client, int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var activities = await client.ActivitiesAsync(cluster.Url);
            string[] replies = [.. from activity in activities
                                   where activity.GetProperty("from").GetProperty("id").GetString() != "dl_tester" && activity.GetProperty("type").GetString() == "message"
                                   select activity.TryGetProperty("text", out var text) ? text.GetString()! : activity.GetProperty("attachments").GetRawText()];
            if (replies.Length >= count) return replies;
            Assert.False(patience.IsCancellationRequested, $"only {replies.Length} of {count} replies came: {string.Join(" | ", replies)}\n{cluster.Output}");
        }
    }

    private static string Flat(string text) => text.ReplaceLineEndings(" ");
}
