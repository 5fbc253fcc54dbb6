using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Everturn.Language;
using Everturn.Language.Local;
using Everturn.Language.Projects;

namespace Everturn.Tests.Language;

public sealed class LocalRecognizerTests
{
    private static readonly LocalRecognizer Shop = new(TestProject.Read());

    [Theory]
    [InlineData("please cancel", "Cancel")]
    [InlineData("PLEASE CANCEL MY ORDER!!", "Cancel")]
    [InlineData("Ich möchte bitte eine Pizza", "Order")]
    [InlineData("ich moechte bitte eine pizza", "Order")]
    [InlineData("ピザを二枚ください", "Order")]
    [InlineData("注文をキャンセルしたい", "Cancel")]
    [InlineData("helo", "Greet")]
    public async Task Intent_is_recognized_in_every_language_of_the_file(string text, string intent)
    {
        var result = await Shop.RecognizeAsync(text);

        Assert.Equal(intent, result.TopIntent);
        Assert.Equal(intent, result.Intents[0].Name);
        Assert.Equal("local", result.Recognizer);
        Assert.Null(result.Region);
        Assert.Equal(1, result.Intents.Sum(candidate => candidate.Score), 9);
        Assert.Equal(result.Intents.OrderByDescending(candidate => candidate.Score), result.Intents);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \t\r\n\u3000")]
    public async Task Blank_text_is_none_without_intents(string? text)
    {
        var result = await Shop.RecognizeAsync(text, " de ");

        Assert.Equal(RecognizerResult.NoIntent, result.TopIntent);
        Assert.Equal(0, result.TopScore);
        Assert.Empty(result.Intents);
        Assert.Empty(result.Entities);
        Assert.Equal("de", result.Locale);
    }

    [Theory]
    [InlineData("🙈🙉🙊")]
    [InlineData("👩🏽‍💻 ❤️")]
    [InlineData("?!... --")]
    [InlineData("\u200B\u200D")]
    [InlineData("\uD83D")]
    [InlineData("qwrtzp xkcd")]
    [InlineData("ألغِ طلبي من فضلك")]
    [InlineData("אני רוצה לדבר עם נציג")]
    [InlineData("\u202Eolleh\u202C")]
    public async Task Text_of_nothing_that_was_learned_is_none(string text)
    {
        var result = await Shop.RecognizeAsync(text);

        Assert.Equal(RecognizerResult.NoIntent, result.TopIntent);
        Assert.Equal(text == "\uD83D" ? "\uFFFD" : text, result.Text);
        Assert.All(result.Intents, intent => Assert.True(double.IsFinite(intent.Score)));
    }

    [Fact]
    public async Task Right_to_left_text_is_recognized_when_it_was_learned()
    {
        var recognizer = new LocalRecognizer(With(
            ("ألغِ طلبي", "Cancel"), ("أريد إلغاء الطلب", "Cancel"), ("أريد بيتزا", "Order"), ("בטל את ההזמנה", "Cancel"), ("אני רוצה פיצה", "Order"), ("שלום", "Greet")));

        Assert.Equal("Cancel", (await recognizer.RecognizeAsync("الغ طلبي رجاء")).TopIntent);
        Assert.Equal("Order", (await recognizer.RecognizeAsync("אני רוצה פיצה גדולה")).TopIntent);
        // Points and vowel marks, which people leave out.
        Assert.Equal(
            (await recognizer.RecognizeAsync("שלום")).Intents, (await recognizer.RecognizeAsync("שָׁלוֹם")).Intents);
    }

    [Theory]
    [InlineData("groß", "GROSS", false)]
    [InlineData("möchte", "MO\u0308CHTE", true)]
    [InlineData("ＨＥＬＬＯ", "hello", true)]
    [InlineData("ﾋﾟｻﾞ", "ピザ", true)]
    [InlineData("hello", "HELLO", true)]
    [InlineData("istanbul", "İSTANBUL", true)]
    [InlineData("istanbul", "ıstanbul", true)]
    [InlineData("ΟΔΟΣ", "οδος", true)]
    [InlineData("café", "cafe", true)]
    [InlineData("か", "が", false)]
    public void Words_that_readers_take_for_the_same_have_one_form(string one, string other, bool areSame)
    {
        Assert.Equal(areSame, Form(one) == Form(other));

        static string Form(string text) => string.Join(' ', Tokenizer.Tokenize(text).Select(token => token.Form));
    }

    [Theory]
    [InlineData("Don't stop, B22!", "Don|t|stop|B22")]
    [InlineData("明日のピザ2枚", "明|日|の|ピ|ザ|2|枚")]
    [InlineData("สวัสดี ok", "ส|วั|ส|ดี|ok")]
    [InlineData("안녕 하세요", "안녕|하세요")]
    [InlineData("नमस्ते दुनिया", "नमस्ते|दुनिया")]
    [InlineData("👩🏽‍💻x€5", "👩|💻|x|€|5")]
    public void Text_is_cut_into_words_or_characters(string text, string expected)
    {
        var tokens = Tokenizer.Tokenize(text);

        Assert.Equal(expected.Split('|'), tokens.Select(token => text.Substring(token.Offset, token.Length)));
    }

    [Fact]
    public async Task Long_text_is_cut_at_the_limit_and_never_within_a_character()
    {
        var longest = new string('x', Recognizer.MaxTextLength - 1);

        Assert.Equal(longest + "y", (await Shop.RecognizeAsync(longest + "yz")).Text);
        Assert.Equal(longest, (await Shop.RecognizeAsync(longest + "🍕 and more")).Text);
        Assert.Equal("Cancel", (await Shop.RecognizeAsync("cancel my order " + new string(' ', 100_000) + "hello hello")).TopIntent);
    }

    [Fact]
    public async Task Thousand_tokens_are_tagged_without_losing_precision()
    {
        var result = await Shop.RecognizeAsync("a pizza with ham and " + new string('ん', 900));

        Assert.Equal("ham", Assert.Single(result.Entities, entity => entity.Category == "Topping").Text);
        Assert.All(result.Entities, entity => Assert.InRange(entity.Confidence, 0.0001, 1));
    }

    [Fact]
    public async Task Entities_are_found_by_words_labels_numbers_and_expressions()
    {
        const string text = "👍 a VERY BIG pizza with salami, 2 times, order #4711 große";

        var result = await Shop.RecognizeAsync(text, "en-US");

        Assert.Equal(
            [("Size", "VERY BIG", "large"), ("Topping", "salami", null), ("Count", "2", "2"), ("OrderId", "#4711", "order"), ("Count", "4711", "4711"), ("Size", "große", "large")],
            result.Entities.Select(entity => (entity.Category, entity.Text, entity.Resolution)));
        Assert.All(result.Entities, entity => Assert.Equal(entity.Text, text.Substring(entity.Offset, entity.Length)));
        Assert.InRange(result.Entity("Topping")!.Confidence, 0.3, 1);
        Assert.Null(result.Entity("Nothing"));
    }

    [Theory]
    [InlineData("1,234.5 pizzas", "en-US", "1234.5")]
    [InlineData("1.234,5 Pizzen", "de-DE", "1234.5")]
    [InlineData("-3 pizzas", null, "-3")]
    [InlineData("٣ pizzas", "ar-EG", "3")]
    [InlineData("1,2,3 pizzas", "en-US", null)]
    [InlineData("gate B22", "en-US", null)]
    [InlineData("ピザ2枚", "ja-JP", "2")]
    public async Task Number_is_read_as_the_speaker_writes_it(string text, string? locale, string? number) =>
        Assert.Equal(number, (await Shop.RecognizeAsync(text, locale)).Entity("Count")?.Resolution);

    [Fact]
    public async Task Overlapping_finds_are_joined_or_kept_apart_as_the_file_says()
    {
        const string text = "a pizza with very big ham";
        LocalRecognizer Composed(string setting, params string[] required) => new(TestProject.Read(root =>
        {
            var entity = root["assets"]!["entities"]![0]!;
            entity["compositionSetting"] = setting;
            entity["requiredComponents"] = new JsonArray([.. required.Select(component => (JsonNode)component)]);
            entity["regex"] = JsonNode.Parse("""{ "expressions": [ { "regexKey": "big", "language": "en-us", "regexPattern": "big ham" } ] }""");
        }));

        async Task<string[]> SizesAsync(LocalRecognizer recognizer) =>
            [.. (await recognizer.RecognizeAsync(text)).Entities.Where(entity => entity.Category == "Size").Select(entity => $"{entity.Text}={entity.Resolution}")];

        Assert.Equal(["very big ham=large"], await SizesAsync(Composed("combineComponents")));
        Assert.Equal(["very big=large", "big ham=big"], await SizesAsync(Composed("separateComponents")));
        Assert.Equal(["very big ham=large"], await SizesAsync(Composed("combineComponents", "list", "regex")));
        Assert.Empty(await SizesAsync(Composed("combineComponents", "learned")));
    }

    [Fact]
    public async Task Expression_that_takes_too_long_finds_nothing()
    {
        var recognizer = new LocalRecognizer(TestProject.Read(root =>
            root["assets"]!["entities"]![3]!["regex"]!["expressions"]![0]!["regexPattern"] = "(a+)+$"));

        var result = await recognizer.RecognizeAsync(new string('a', 60) + "!");

        Assert.Empty(result.Entities);
    }

    [Fact]
    public async Task Threshold_turns_an_unsure_intent_into_none()
    {
        var strict = new LocalRecognizer(TestProject.Read(), new() { ConfidenceThreshold = 1, Name = "strict" });
        var lax = new LocalRecognizer(TestProject.Read(), new() { ConfidenceThreshold = 0 });

        var (unsure, sure) = (await strict.RecognizeAsync("please cancel"), await lax.RecognizeAsync("please cancel"));

        Assert.Equal((RecognizerResult.NoIntent, "strict"), (unsure.TopIntent, unsure.Recognizer));
        Assert.Equal("Cancel", sure.TopIntent);
        Assert.Equal(sure.Intents, unsure.Intents);
        Assert.Equal(unsure.ScoreOf("None"), unsure.TopScore);
    }

    [Fact]
    public void Project_that_teaches_nothing_and_threshold_out_of_range_are_refused()
    {
        var untaught = Assert.Throws<LanguageProjectException>(() => new LocalRecognizer(With(isTest: true, ("hello", "Greet"))));
        var beyond = Assert.Throws<LanguageProjectException>(() => new LocalRecognizer(TestProject.Read(), new() { ConfidenceThreshold = double.NaN }));

        Assert.StartsWith("ET1122: the project 'Shop' has no utterances of the dataset Train", untaught.Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1123:", beyond.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Project_that_would_take_too_much_memory_is_refused()
    {
        var random = new Random(1);
        string[] intents = [.. Enumerable.Range(0, 500).Select(at => $"Intent{at}")];
        var project = TestProject.Read() with
        {
            Intents = intents,
            Entities = [],
            Utterances = [.. intents.Select(intent => new ProjectUtterance { Text = new string([.. Enumerable.Range(0, 500).Select(_ => (char)random.Next('a', 'z'))]), Intent = intent, Language = "x" })],
        };

        var exception = Assert.Throws<LanguageProjectException>(() => new LocalRecognizer(project));

        Assert.StartsWith("ET1124: the project is too large for the local recognizer", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utterances_of_the_dataset_test_teach_nothing()
    {
        var without = new LocalRecognizer(TestProject.Read(root => root["assets"]!["utterances"]!.AsArray().RemoveAt(16)));

        Assert.Equal((await without.RecognizeAsync("hello there")).Intents, (await Shop.RecognizeAsync("hello there")).Intents);
    }

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ja-JP")]
    [InlineData("ar-SA")]
    [InlineData("")]
    public async Task Culture_of_the_process_changes_nothing(string culture)
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);

            Assert.Equal(Golden, await FingerprintAsync(new LocalRecognizer(TestProject.Read())));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    // Recorded once: every machine must come to these bits. A change of the method changes them on purpose.
    private const string Golden = "a29bf8b20dfdc4dd";

    [Fact]
    public async Task Same_file_gives_the_same_bits_on_every_machine()
    {
        Assert.Equal(Golden, await FingerprintAsync(Shop));
    }

    [Fact]
    public async Task Many_may_ask_at_once()
    {
        var expected = await FingerprintAsync(Shop);

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => FingerprintAsync(Shop), TestContext.Current.CancellationToken)));

        Assert.All(answers, answer => Assert.Equal(expected, answer));
    }

    [Fact]
    public async Task Result_survives_being_kept_as_json()
    {
        var result = await Shop.RecognizeAsync("a large pizza with ham", "en-US");

        var kept = JsonSerializer.Deserialize<RecognizerResult>(JsonSerializer.SerializeToUtf8Bytes(result, JsonSerializerOptions.Web), JsonSerializerOptions.Web)!;

        Assert.Equal(result.Intents, kept.Intents);
        Assert.Equal(result.Entities, kept.Entities);
        Assert.Equal((result.Text, result.Locale, result.Recognizer, result.Region, result.TopIntent), (kept.Text, kept.Locale, kept.Recognizer, kept.Region, kept.TopIntent));
    }

    private static LanguageProject With(params (string Text, string Intent)[] utterances) => With(false, utterances);

    private static LanguageProject With(bool isTest, params (string Text, string Intent)[] utterances) => TestProject.Read() with
    {
        Utterances = [.. utterances.Select(utterance => new ProjectUtterance { Text = utterance.Text, Intent = utterance.Intent, Language = "x", IsTest = isTest })],
    };

    private static async Task<string> FingerprintAsync(LocalRecognizer recognizer)
    {
        var results = new List<RecognizerResult>();
        foreach (var text in (string[])["a large pizza with ham", "order 3 pizzas", "stornieren bitte", "ピザをキャンセル", "what?", "🍕"])
        {
            results.Add(await recognizer.RecognizeAsync(text, "en-US"));
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(results))))[..16];
    }
}
