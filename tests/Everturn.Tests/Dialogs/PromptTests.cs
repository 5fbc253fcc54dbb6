using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;

namespace Everturn.Tests.Dialogs;

public sealed class PromptTests
{
    [Fact]
    public async Task Validator_sees_every_attempt_counted_and_may_change_the_value()
    {
        var last = new Dictionary<string, (int Attempt, bool Succeeded)>();
        await using var talk = Prompting(new NumberPrompt<int>("p", (prompt, _) =>
        {
            last[prompt.Context.Activity.Text!] = (prompt.AttemptCount, prompt.Recognized.Succeeded);
            prompt.Recognized.Value += 100;
            return Task.FromResult(prompt.Recognized.Value is > 100 and < 200);
        }));
        await talk.SayAsync("hello");

        Assert.Equal(["again?"], await talk.SayAsync("x"));
        Assert.Equal(["again?"], await talk.SayAsync("500"));
        Assert.Equal(["got 142"], await talk.SayAsync("42"));
        Assert.Equal([(1, false), (2, true), (3, true)], [last["x"], last["500"], last["42"]]);
    }

    [Theory]
    [InlineData(null, null, "2031-05-06T23:30:00Z", "2031-05-07")]
    [InlineData(null, "Asia/Seoul", "2031-05-06T23:30:00Z", "2031-05-08")]
    [InlineData(null, "Nowhere/Never", "2031-05-06T23:30:00Z", "2031-05-07")]
    [InlineData("2031-05-07T00:30:00+02:00", "America/New_York", "2031-05-06T22:30:00Z", "2031-05-08")]
    public async Task Today_is_the_day_of_the_message(string? localTimestamp, string? zone, string timestamp, string tomorrow)
    {
        await using var talk = new Talk(new FlowDialog("day", async flow =>
        {
            var day = await flow.AskAsync<DateOnly>("When?");
            await flow.SayAsync(day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }));
        await talk.SayAsync("hello");
        var answer = talk.Message("tomorrow");
        (answer.LocalTimestamp, answer.LocalTimezone, answer.Timestamp) = (localTimestamp, zone, timestamp);

        var replies = await talk.SendAsync(answer);

        Assert.Equal(tomorrow, Assert.Single(replies).Text);
    }

    [Fact]
    public async Task Validator_that_speaks_keeps_the_retry_prompt_back()
    {
        await using var talk = Prompting(new TextPrompt("p", async (prompt, token) =>
        {
            if (prompt.Recognized.Value!.Length > 3)
            {
                return true;
            }

            await prompt.Context.SendActivityAsync("longer, please", token);
            return false;
        }));
        await talk.SayAsync("hello");

        Assert.Equal(["longer, please"], await talk.SayAsync("abc"));
        Assert.Equal(["got abcd"], await talk.SayAsync("abcd"));
    }

    [Fact]
    public async Task Prompt_without_a_retry_asks_the_same_again_and_ignores_what_is_no_message()
    {
        await using var talk = Prompting(new NumberPrompt<int>("p"), new PromptOptions { Prompt = MessageFactory.Text("how many?") });
        Assert.Equal(["how many?"], await talk.SayAsync("hello"));
        var reaction = talk.Message("5");
        reaction.Type = ActivityTypes.MessageReaction;

        Assert.Empty(await talk.SendAsync(reaction));
        Assert.Equal(["how many?"], await talk.SayAsync("many"));
        Assert.Equal(["got 5"], await talk.SayAsync("5"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u00a0\u3000")]
    public async Task Text_prompt_takes_no_blank_message(string blank)
    {
        await using var talk = Prompting(new TextPrompt("p"));
        await talk.SayAsync("hello");

        Assert.Equal(["again?"], await talk.SayAsync(blank));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\u0000\uffff")]
    [InlineData("😀 ﷽ Z̸̛̘a̶͖l̶͔g̶̙o̵")]
    [InlineData("{\"stack\":[]}")]
    [InlineData("‮right to left")]
    [InlineData("  kept as it is  ")]
    public async Task Text_prompt_returns_any_other_text_as_it_is(string text)
    {
        await using var talk = Prompting(new TextPrompt("p"));
        await talk.SayAsync("hello");

        Assert.Equal([$"got {text}"], await talk.SayAsync(text));
    }

    [Fact]
    public async Task Choice_prompt_shows_buttons_and_recognises_value_synonym_and_number()
    {
        var options = new PromptOptions
        {
            Prompt = MessageFactory.Text("which?"),
            Choices = [new Choice("red") { Synonyms = ["crimson", "rouge"] }, new Choice("green"), new Choice("blue")],
        };
        await using var talk = Prompting(new ChoicePrompt("p"), options);

        var question = Assert.Single(await talk.SendAsync(talk.Message("hello")));
        Assert.Equal(["red", "green", "blue"], question.SuggestedActions!.Actions!.Select(action => action.Value!.Value.GetString()));
        Assert.Equal(["which?"], await talk.SayAsync("yellow"));
        Assert.Equal(["which?"], await talk.SayAsync("4"));
        Assert.Equal(["which?"], await talk.SayAsync("0"));
        foreach (var (said, index, value) in ((string, int, string)[])[(" RED ", 0, "red"), ("Rouge", 0, "red"), ("2", 1, "green"), ("3.", 2, "blue"), ("BLUE", 2, "blue")])
        {
            Assert.Equal([$"got FoundChoice {{ Value = {value}, Index = {index}, Synonym = {said.Trim()} }}"], await talk.SayAsync(said));
            await talk.SayAsync("hello");
        }
    }

    [Theory]
    [InlineData("tr-TR", "mini", "MINI", "MINI", "maxi")]
    [InlineData("fr-FR", "cafe", "Café", "Café", "Thé")]
    [InlineData("en-US", "Don’t", "Don't", "Do", "Don't")]
    [InlineData("en-US", "ham  and eggs", "Ham and eggs", "Ham and eggs", "Eggs")]
    [InlineData("en-US", "A", "A", "a", "A")]
    [InlineData("en-US", "Resume", "resume", "résumé", "resume")]
    [InlineData("en-US", "same", "same", "same", "same")]
    [InlineData("en-US", "\ud83c\udf54", "\ud83c\udf54", "\ud83c\udf55", "\ud83c\udf54")]
    [InlineData("ar-EG", "٢", "b", "a", "b")]
    [InlineData("en-US", "2", "2", "1", "2", "3")]
    [InlineData("en-US", "1", null, "2", "3", "4")]
    [InlineData("en-US", "1", null, "1.5", "large")]
    [InlineData("en-US", "Résume", null, "résumé", "resume")]
    public async Task Choice_is_found_as_users_type_it_and_asked_again_when_two_are_meant(string locale, string said, string? chosen, params string[] choices)
    {
        await using var talk = new Talk(new FlowDialog("choose", async flow => await flow.SayAsync(await flow.ChooseAsync("which?", choices))));
        await talk.SayAsync("hello", locale);

        Assert.Equal([chosen ?? "which?"], await talk.SayAsync(said, locale));
    }

    [Theory]
    [InlineData]
    [InlineData("a", " ")]
    public async Task Choice_that_nobody_can_make_is_an_error(params string[] choices)
    {
        await using var flow = new Talk(new FlowDialog("choose", async flow => await flow.ChooseAsync("which?", choices)));
        await using var waterfall = Prompting(new ChoicePrompt("p"), new PromptOptions { Choices = ChoiceFactory.ToChoices(choices) });

        Assert.StartsWith("ET1118", (await flow.FailAsync("hello")).Message, StringComparison.Ordinal);
        Assert.StartsWith("ET1118", (await waterfall.FailAsync("hello")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ListStyle.Inline, "which? 2, 3")]
    [InlineData(ListStyle.List, "which?\n\n- 2\n- 3")]
    public void Choices_that_are_numbers_are_not_numbered(ListStyle style, string expected) =>
        Assert.Equal(expected, ChoiceFactory.Show(MessageFactory.Text("which?"), ChoiceFactory.ToChoices("2", "3"), style).Text);

    [Theory]
    [InlineData(ListStyle.None, "which?")]
    [InlineData(ListStyle.Inline, "which? (1) a, (2) b")]
    [InlineData(ListStyle.List, "which?\n\n1. a\n2. b")]
    public async Task Choice_prompt_shows_its_choices_in_the_chosen_style(ListStyle style, string expected)
    {
        var options = new PromptOptions { Prompt = MessageFactory.Text("which?"), Choices = ChoiceFactory.ToChoices("a", "b"), Style = style };
        await using var talk = Prompting(new ChoicePrompt("p"), options);

        Assert.Equal([expected], await talk.SayAsync("hello"));
        Assert.Equal([expected], await talk.SayAsync("c"));
    }

    [Fact]
    public async Task Many_choices_are_shown_as_a_list()
    {
        var options = new PromptOptions { Prompt = MessageFactory.Text("which?"), Choices = ChoiceFactory.ToChoices(Enumerable.Range('a', 11).Select(letter => $"{(char)letter}")) };
        await using var talk = Prompting(new ChoicePrompt("p"), options);

        Assert.EndsWith("\n11. k", Assert.Single(await talk.SayAsync("hello")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en-US", "Yes", "yes", true)]
    [InlineData("en-GB", "Yes", "Nope!", false)]
    [InlineData("de-DE", "Ja", "klar", true)]
    [InlineData("de", "Ja", "Nö", false)]
    [InlineData("es-ES", "Sí", "si", true)]
    [InlineData("fr-FR", "Oui", "NON", false)]
    [InlineData("ja-JP", "はい", "はい。", true)]
    [InlineData("pt-BR", "Sim", "nao", false)]
    [InlineData("tr-TR", "Evet", "HAYIR", false)]
    [InlineData("zh-CN", "是", "是的", true)]
    [InlineData("en-US", "Yes", "1", true)]
    [InlineData("en-US", "Yes", "2", false)]
    [InlineData("xx-klingon-nonsense", "Yes", "y", true)]
    [InlineData(null, "Yes", "no", false)]
    [InlineData("nn-NO", "Ja", "jau", true)]
    [InlineData("no", "Ja", "nei", false)]
    [InlineData("nb-NO", "Ja", "ja", true)]
    [InlineData("fr-FR", "Oui", "d’accord", true)]
    [InlineData("fr-FR", "Oui", "oui\u202f!", true)]
    [InlineData("es-ES", "Sí", "¡Sí!", true)]
    [InlineData("it-IT", "Sì", "si...", true)]
    [InlineData("zh-Hant-TW", "是", "是！", true)]
    [InlineData("de-DE", "Ja", "Ja,", true)]
    [InlineData("de-DE", "Ja", "yes", true)]
    [InlineData("pl-PL", "Tak", "yes", true)]
    [InlineData("ja-JP", "はい", "false", false)]
    public async Task Confirm_prompt_knows_yes_and_no_in_the_language_of_the_message(string? locale, string button, string said, bool expected)
    {
        await using var talk = Prompting(new ConfirmPrompt("p"));
        var question = Assert.Single(await talk.SendAsync(talk.Message("hello", locale)));

        Assert.Equal(button, question.SuggestedActions!.Actions![0].Title);
        Assert.Equal(["again?"], await talk.SayAsync("perhaps", locale));
        Assert.Equal([$"got {expected}"], await talk.SayAsync(said, locale));
    }

    [Fact]
    public async Task Polish_no_is_neither_yes_nor_no()
    {
        await using var talk = Prompting(new ConfirmPrompt("p"));
        await talk.SayAsync("hello", "pl-PL");

        Assert.Equal(["again?"], await talk.SayAsync("no", "pl-PL"));
    }

    [Theory]
    [InlineData("de-DE", "true", true)]
    [InlineData("ja-JP", """{"answer":false}""", false)]
    [InlineData("en-US", """{"answer":"True"}""", true)]
    [InlineData("tr-TR", """{"answer":"false"}""", false)]
    public async Task Yes_and_no_of_a_card_are_taken_in_every_language(string locale, string value, bool expected)
    {
        await using var talk = Prompting(new ConfirmPrompt("p"));
        await talk.SayAsync("hello", locale);
        var message = talk.Message(null, locale);
        message.Value = JsonElement.Parse(value);

        Assert.Equal($"got {expected}", Assert.Single(await talk.SendAsync(message)).Text);
    }

    [Theory]
    [InlineData("1.234", "1.234")]
    [InlineData("2.5", "2.5")]
    [InlineData("""{"answer":1.234}""", "1.234")]
    [InlineData("""{"answer":"1.234"}""", "1234")]
    [InlineData("1e3", "1000")]
    public async Task Number_of_a_card_is_read_as_json_and_words_as_the_culture_writes_them(string value, string expected)
    {
        await using var talk = Prompting(new NumberPrompt<decimal>("p"));
        await talk.SayAsync("hello", "de-DE");
        var message = talk.Message(null, "de-DE");
        message.Value = JsonElement.Parse(value);

        Assert.Equal($"got {expected}", Assert.Single(await talk.SendAsync(message)).Text);
    }

    [Fact]
    public async Task Flow_asks_for_every_number_type()
    {
        await using var talk = new Talk(new FlowDialog("numbers", async flow =>
        {
            await flow.SayAsync($"{await flow.AskAsync<sbyte>("sbyte?")} {await flow.AskAsync<ushort>("ushort?")} {await flow.AskAsync<uint>("uint?")}");
            await flow.SayAsync($"{await flow.AskAsync<ulong>("ulong?")} {await flow.AskAsync<Half>("half?")}");
        }));
        await talk.SayAsync("hello");

        Assert.Equal(["ushort?"], await talk.SayAsync("-128"));
        Assert.Equal(["ushort?"], await talk.SayAsync("-1"));
        Assert.Equal(["uint?"], await talk.SayAsync("65535"));
        Assert.Equal(["-128 65535 4294967295", "ulong?"], await talk.SayAsync("4294967295"));
        await talk.SayAsync("18446744073709551615");
        Assert.Equal(["18446744073709551615 0.5"], await talk.SayAsync("0.5"));
    }

    [Fact]
    public async Task Culture_of_the_prompt_counts_for_messages_that_name_none()
    {
        await using var talk = Prompting(new NumberPrompt<decimal>("p", defaultLocale: "de-DE"));
        await talk.SayAsync("hello");

        Assert.Equal(["got 1234.5"], await talk.SayAsync("1.234,5"));
        await talk.SayAsync("hello");
        Assert.Equal(["got 1234.5"], await talk.SayAsync("1,234.5", "en-US"));
    }

    [Fact]
    public async Task Attachment_prompt_takes_messages_with_files()
    {
        await using var talk = new Talk(new ComponentDialog("root")
            .AddDialog(new WaterfallDialog(
                "main",
                (step, token) => step.PromptAsync("p", new PromptOptions { Prompt = MessageFactory.Text("file?") }, token),
                async (step, token) =>
                {
                    await step.Context.SendActivityAsync($"got {((List<Attachment>)step.Result!)[0].Name}", token);
                    return await step.EndDialogAsync(null, token);
                }))
            .AddDialog(new AttachmentPrompt("p")));
        await talk.SayAsync("hello");

        Assert.Equal(["file?"], await talk.SayAsync("no"));
        var copied = talk.Message("what do you mean?");
        copied.Attachments =
        [
            new Attachment { ContentType = "text/html", Content = JsonElement.Parse("\"<p>what do you mean?</p>\"") },
            new Attachment { ContentType = "application/vnd.microsoft.card.hero", Content = JsonElement.Parse("{}") },
        ];
        Assert.Equal("file?", Assert.Single(await talk.SendAsync(copied)).Text);
        var message = talk.Message("here");
        message.Attachments = [.. copied.Attachments, new Attachment { Name = "a.png", ContentType = "image/png", ContentUrl = "https://example.com/a.png" }];
        Assert.Equal("got a.png", Assert.Single(await talk.SendAsync(message)).Text);
    }

    [Theory]
    [InlineData("\"42\"")]
    [InlineData("42")]
    [InlineData("""{"answer":"42","more":true}""")]
    [InlineData("""{"answer":42}""")]
    public async Task Answer_of_a_button_without_text_is_read_from_its_value(string value)
    {
        await using var talk = Prompting(new NumberPrompt<int>("p"));
        await talk.SayAsync("hello");
        var message = talk.Message(null);
        message.Value = JsonElement.Parse(value);

        Assert.Equal("got 42", Assert.Single(await talk.SendAsync(message)).Text);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[42]")]
    [InlineData("""{"reply":"42"}""")]
    [InlineData("""{"answer":{}}""")]
    public async Task Button_that_sends_something_else_is_asked_again(string value)
    {
        await using var talk = Prompting(new NumberPrompt<int>("p"));
        await talk.SayAsync("hello");
        var message = talk.Message(null);
        message.Value = JsonElement.Parse(value);

        Assert.Equal("again?", Assert.Single(await talk.SendAsync(message)).Text);
    }

    [Fact]
    public async Task Submit_of_an_old_card_is_ignored_and_that_of_the_open_one_taken()
    {
        await using var talk = Prompting(new NumberPrompt<int>("p", (prompt, _) => Task.FromResult(prompt.AttemptCount == 1)), Card("how many?"));
        var first = Stamp(Assert.Single(await talk.SendAsync(talk.Message("hello"))));
        Assert.Equal("got 1", Assert.Single(await talk.SendAsync(Submit(talk, first, 1))).Text);

        Assert.Empty(await talk.SendAsync(Submit(talk, first, 1)));
        Assert.Equal(DialogTurnStatus.Ignored, talk.Result!.Status);
        var second = Stamp(Assert.Single(await talk.SendAsync(talk.Message("hello"))));
        Assert.NotEqual(first, second);
        Assert.Empty(await talk.SendAsync(Submit(talk, first, 1)));
        Assert.Equal(DialogTurnStatus.Ignored, talk.Result.Status);
        Assert.Equal("got 2", Assert.Single(await talk.SendAsync(Submit(talk, second, 2))).Text);
    }

    [Theory]
    [InlineData("""{"type":"postBack","title":"Small","value":"small"}""", """{"answer":"small","everturnPrompt":"#"}""")]
    [InlineData("""{"type":"postBack","title":"Small","value":1.5}""", """{"answer":1.5,"everturnPrompt":"#"}""")]
    [InlineData("""{"type":"postBack","title":"Small"}""", null)]
    [InlineData("""{"type":"postBack","title":"Small","value":{"answer":"s"}}""", """{"answer":"s","everturnPrompt":"#"}""")]
    [InlineData("""{"type":"messageBack","title":"Small","text":"small"}""", """{"everturnPrompt":"#"}""")]
    [InlineData("""{"type":"messageBack","title":"Small","value":"small"}""", """{"answer":"small","everturnPrompt":"#"}""")]
    [InlineData("""{"type":"imBack","title":"Small","value":"small"}""", "\"small\"")]
    public void Button_of_a_hero_card_is_stamped(string button, string? sent)
    {
        var card = new Attachment { ContentType = HeroCard.ContentType, Content = JsonElement.Parse($$"""{"buttons":[{{button}}]}""") };

        var copy = PromptStamp.Copy(MessageFactory.Attachment(card), "#", "directline");

        var stamped = HeroCard.Of(copy.Attachments![0])!.Buttons![0];
        Assert.Equal(sent, stamped.Value?.GetRawText());
        Assert.Equal("Small", stamped.Title);
        Assert.Equal(button, card.Content.Value.GetProperty("buttons")[0].GetRawText());
    }

    [Theory]
    [InlineData("\"small\"", """{"answer":"small","everturnPrompt":"#"}""")]
    [InlineData("true", """{"answer":true,"everturnPrompt":"#"}""")]
    [InlineData("null", """{"everturnPrompt":"#"}""")]
    [InlineData("[1]", "[1]")]
    public void Data_of_an_adaptive_card_is_stamped(string data, string sent)
    {
        var card = AdaptiveCard.FromJson($$"""{"type":"AdaptiveCard","actions":[{"type":"Action.Submit","data":{{data}}}]}""");

        var copy = PromptStamp.Copy(MessageFactory.Attachment(card), "#", "msteams");

        Assert.Equal(sent, copy.Attachments![0].Content!.Value.GetProperty("actions")[0].GetProperty("data").GetRawText());
    }

    [Fact]
    public void Button_of_a_channel_that_sends_nothing_but_strings_is_left_as_it_is()
    {
        var card = new HeroCard { Buttons = [CardAction.PostBack("Small", JsonElement.Parse("\"small\"")), new CardAction { Type = "messageBack", Text = "small" }] };

        var copy = PromptStamp.Copy(MessageFactory.Attachment(card.ToAttachment()), "#", "telegram");

        var buttons = HeroCard.Of(copy.Attachments![0])!.Buttons!;
        Assert.Equal("small", buttons[0].Value!.Value.GetString());
        Assert.Null(buttons[1].Value);
    }

    [Fact]
    public async Task Question_that_is_sent_leaves_the_message_of_its_options_alone()
    {
        var shared = MessageFactory.Text("ask?");
        await using var talk = Prompting(new TextPrompt("p"), new PromptOptions { Prompt = shared });

        Assert.Equal("expectingInput", Assert.Single(await talk.SendAsync(talk.Message("hello"))).InputHint);
        Assert.Null(shared.InputHint);
    }

    internal static PromptOptions Card(string question) => new()
    {
        Prompt = MessageFactory.Attachment(
            new Attachment
            {
                ContentType = "application/vnd.microsoft.card.adaptive",
                Content = JsonElement.Parse("""{"type":"AdaptiveCard","body":[],"actions":[{"type":"Action.Submit","title":"one"},{"type":"Action.Submit","data":{"answer":"2"}}]}"""),
            },
            question),
    };

    internal static string Stamp(Activity card)
    {
        var actions = card.Attachments![0].Content!.Value.GetProperty("actions");
        var stamps = actions.EnumerateArray().Select(action => action.GetProperty("data").GetProperty("everturnPrompt").GetString()!).Distinct().ToArray();
        Assert.Equal("2", actions[1].GetProperty("data").GetProperty("answer").GetString());
        return Assert.Single(stamps);
    }

    internal static Activity Submit(Talk talk, string stamp, int answer)
    {
        var submit = talk.Message(null);
        submit.Value = JsonElement.Parse($$"""{"answer":{{answer}},"everturnPrompt":"{{stamp}}"}""");
        return submit;
    }

    private static Talk Prompting(Dialog prompt, PromptOptions? options = null) => new(new ComponentDialog("root")
        .AddDialog(new WaterfallDialog(
            "main",
            (step, token) => step.PromptAsync("p", options ?? new PromptOptions { Prompt = MessageFactory.Text("ask?"), RetryPrompt = MessageFactory.Text("again?") }, token),
            async (step, token) =>
            {
                await step.Context.SendActivityAsync(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"got {step.Result}"), token);
                return await step.EndDialogAsync(null, token);
            }))
        .AddDialog(prompt));
}
