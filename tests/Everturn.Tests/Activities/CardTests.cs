using System.Text;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Turns;
using FsCheck;
using FsCheck.Fluent;

namespace Everturn.Tests.Activities;

public sealed class CardTests
{
    [Fact]
    public void Adaptive_card_is_attached_as_it_was_written()
    {
        var attachment = AdaptiveCard.FromJson("""{ "type": "AdaptiveCard", "version": "1.5", "body": [{"type":"TextBlock","text":"hi","size":1.50}] }""");

        Assert.Equal(
            """{"attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"hi","size":1.50}]}}]}""",
            Write(new Activity { Attachments = [attachment] }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"AdaptiveCard\"")]
    [InlineData("{}")]
    [InlineData("""{"type":"adaptivecard"}""")]
    [InlineData("""{"type":["AdaptiveCard"]}""")]
    [InlineData("""{"type":"TextBlock"}""")]
    public void Json_that_is_no_adaptive_card_is_refused(string json) =>
        Assert.StartsWith("ET1051:", Assert.Throws<ArgumentException>(() => AdaptiveCard.FromJson(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void Cards_come_back_as_they_were_attached() => Check.QuickThrowOnFailure(Prop.ForAll(Cards, (HeroCard card) =>
    {
        var there = card.ToAttachment();
        var back = ActivityJson.Read(Encoding.UTF8.GetBytes(Write(new Activity { Attachments = [there] }))).Attachments![0];
        var thumbnail = new ThumbnailCard { Title = card.Title, Subtitle = card.Subtitle, Text = card.Text, Images = card.Images, Buttons = card.Buttons, Tap = card.Tap, Properties = card.Properties }.ToAttachment();

        return ThumbnailCard.Of(back) is null && HeroCard.Of(thumbnail) is null
            && HeroCard.Of(back) is { } hero && JsonElement.DeepEquals(hero.ToAttachment().Content!.Value, there.Content!.Value)
            && ThumbnailCard.Of(thumbnail) is { } small && JsonElement.DeepEquals(small.ToAttachment().Content!.Value, there.Content.Value)
            && hero.Title == card.Title && hero.Buttons?.Count == card.Buttons?.Count && hero.Images?.FirstOrDefault()?.Url == card.Images?.FirstOrDefault()?.Url;
    }));

    [Fact]
    public void Mentions_come_back_as_they_were_made_and_their_words_leave_the_text() => Check.QuickThrowOnFailure(Prop.ForAll(
        Names, Names, (string name, string words) =>
        {
            var mention = new Mention(new ChannelAccount { Id = "28:bot", Name = name }, $"<at>{name}</at>");
            var activity = ActivityJson.Read(Encoding.UTF8.GetBytes(Write(new Activity
            {
                Recipient = new() { Id = "28:bot" },
                Text = $"<at>{name}</at> {words}",
                Entities = [mention.ToEntity(), new Mention(new() { Id = "other" }, null).ToEntity()],
            })));

            var found = activity.GetMentions();

            return found.Count == 2 && found[0].Text == mention.Text && found[0].Mentioned.Id == "28:bot" && found[0].Mentioned.Name == name
                && activity.RemoveRecipientMention() == words.Trim() && activity.Text == words.Trim() && activity.Entities!.Count == 2;
        }));

    [Theory]
    [InlineData("<AT>Bot</AT> help", """{"type":"mention","mentioned":{"id":"28:bot","name":"Bot"}}""", "help")]
    [InlineData("help <at>Bot</at>", """{"type":"mention","mentioned":{"id":"28:bot","name":"Bot"},"text":"<at>Bot</at>"}""", "help")]
    [InlineData("<at>Ada</at> help", """{"type":"mention","mentioned":{"id":"ada","name":"Ada"},"text":"<at>Ada</at>"}""", "<at>Ada</at> help")]
    [InlineData("help", """{"type":"mention","mentioned":{"id":"28:bot"},"text":""}""", "help")]
    [InlineData("help", """{"type":"mention","mentioned":"28:bot","text":"help"}""", "help")]
    [InlineData("help", """{"type":"mention","mentioned":{"id":5},"text":"help"}""", "help")]
    [InlineData("help", """{"type":"mention"}""", "help")]
    [InlineData("help", """{"type":"place","mentioned":{"id":"28:bot"},"text":"help"}""", "help")]
    [InlineData(null, """{"type":"mention","mentioned":{"id":"28:bot"},"text":"help"}""", null)]
    public void Mention_of_the_bot_leaves_the_text_and_no_other(string? text, string entity, string? left)
    {
        var activity = ActivityJson.Read(Encoding.UTF8.GetBytes($$"""{"recipient":{"id":"28:bot"},"entities":[{{entity}}]}"""));
        activity.Text = text;

        Assert.Equal(left, activity.RemoveRecipientMention());
        Assert.Equal(left, activity.Text);
    }

    [Fact]
    public void Bot_without_a_name_is_not_looked_for() =>
        Assert.Equal("<at>Bot</at> help", new Activity { Text = "<at>Bot</at> help" }.RemoveRecipientMention());

    [Fact]
    public void File_travels_within_the_activity_up_to_a_limit()
    {
        var file = new byte[Attachment.MaxInlineBytes];

        var attachment = Attachment.OfFile(file, "image/svg+xml", "map.svg");

        Assert.StartsWith("data:image/svg+xml;base64,AAAA", attachment.ContentUrl, StringComparison.Ordinal);
        Assert.Equal(("image/svg+xml", "map.svg"), (attachment.ContentType, attachment.Name));
        Assert.Equal(file, Convert.FromBase64String(attachment.ContentUrl!.Split(',')[1]));
        Assert.InRange(Write(new Activity { Attachments = [attachment] }).Length, file.Length, 256 * 1024);
        Assert.StartsWith("ET1052:", Assert.Throws<ArgumentException>(() => Attachment.OfFile(new byte[file.Length + 1], "image/png")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("png")]
    [InlineData("image/")]
    [InlineData("image/png;base64,x")]
    [InlineData("image/p ng")]
    [InlineData("a/b/c")]
    public void Media_type_that_is_none_is_refused(string contentType)
    {
        Assert.StartsWith("ET1053:", Assert.Throws<ArgumentException>(() => Attachment.OfFile("x"u8.ToArray(), contentType)).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1053:", Assert.Throws<ArgumentException>(() => Attachment.OfUrl(new("https://host/x"), contentType)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("menu.pdf")]
    [InlineData("file:///menu.pdf")]
    [InlineData("javascript:alert(1)")]
    public void Url_that_no_client_can_fetch_is_refused(string url) =>
        Assert.StartsWith("ET1053:", Assert.Throws<ArgumentException>(() => Attachment.OfUrl(new(url, UriKind.RelativeOrAbsolute), "application/pdf")).Message, StringComparison.Ordinal);

    [Fact]
    public void Messages_hold_what_they_are_made_of()
    {
        var menu = Attachment.OfUrl(new("https://host/menu.pdf"), "application/pdf", "menu");
        var value = JsonElement.Parse("""{"order":7}""");

        Assert.Equal(
            """{"type":"message","text":"ours","attachments":[{"contentType":"application/pdf","contentUrl":"https://host/menu.pdf","name":"menu"}],"attachmentLayout":"carousel"}""",
            Write(MessageFactory.Carousel([menu], "ours")));
        Assert.Equal("list", MessageFactory.List([menu, menu]).AttachmentLayout);
        Assert.Equal(
            """{"type":"message","text":"Well?","suggestedActions":{"actions":[{"type":"imBack","title":"Yes","value":"yes, please"},{"type":"postBack","title":"No","value":{"order":7}},{"type":"messageBack","title":"Later","text":"later","displayText":"Not now","value":{"order":7}},{"type":"openUrl","title":"Help","value":"https://host/help"}]}}""",
            Write(MessageFactory.SuggestedActions(
                [CardAction.ImBack("Yes", "yes, please"), CardAction.PostBack("No", value), CardAction.MessageBack("Later", value, "later", "Not now"), CardAction.OpenUrl("Help", new("https://host/help"))],
                "Well?")));
    }

    private static Arbitrary<string> Names => Gen.Choose(1, 8).SelectMany(length => Gen.ArrayOf(Gen.Elements("a", "Z", " ", "&", "\"", "<", ">", "é", "\ud83c\udf55", "$", "(", "\\"), length))
        .Select(string.Concat).Where(name => name.Trim().Length > 0 && !name.Contains("at>", StringComparison.Ordinal)).ToArbitrary();

    private static Arbitrary<HeroCard> Cards => (
        from text in Gen.OneOf(Gen.Constant<string?>(null), Names.Generator.Select(name => (string?)name))
        from title in Names.Generator
        from buttons in Gen.Choose(0, 3)
        from value in Gen.Elements("1.50", "false", "\"x\"", """{"a":[1,"2024-01-01T00:00:00+05:30"]}""")
        from pictures in Gen.Choose(0, 2)
        select new HeroCard
        {
            Title = title,
            Text = text,
            Images = pictures == 0 ? null : [.. Enumerable.Range(0, pictures).Select(at => new CardImage { Url = $"https://host/{at}", Alt = text, Tap = CardAction.OpenUrl(title, new("https://host/")) })],
            Buttons = [.. Enumerable.Range(0, buttons).Select(at => CardAction.PostBack($"{title}{at}", JsonElement.Parse(value)))],
            Properties = new(StringComparer.Ordinal) { ["shareable"] = JsonElement.Parse(value) },
        }).ToArbitrary();

    private static string Write(Activity activity) => Encoding.UTF8.GetString(ActivityJson.Write(activity));
}
