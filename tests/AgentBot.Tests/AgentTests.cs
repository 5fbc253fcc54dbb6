using System.Text.Json;
using AgentBot.Agents;
using Everturn.Storage;
using Everturn.Tests;
using Microsoft.Extensions.AI;

namespace AgentBot.Tests;

/// <summary>A turn of the agent on the real engine.</summary>
public sealed class AgentTests : IDisposable
{
    private readonly FaultyStore _store = new(new MemoryStore(Random.Shared));
    private readonly RecordingChannel _channel = new();
    private readonly AgencyFolder _agency = new();

    public void Dispose() => _agency.Dispose();

    [Fact]
    public async Task Trip_is_found_reserved_and_paid_in_one_turn()
    {
        await using var node = await StartAsync();

        await node.SayAsync("Please book a trip to Oslo for 2 and pay");

        var reply = Assert.Single(await _channel.WaitForAsync(1));
        Assert.Matches(@"^\[scripted\] Reserved and paid: Oslo, 4 days, 610 euros each \(OSL-4\), for 2\. The reservation: R[0-9A-F]{6}\. The receipt: P[0-9A-F]{6}$", reply);
        Assert.Equal(["pay", "reserve"], _agency.Calls.Select(call => call.Split('-')[0]).Order(StringComparer.Ordinal));
        Assert.Equal((1, 1), (_agency.Reservations, _agency.Payments));
    }

    [Fact]
    public async Task Each_call_of_model_or_tool_costs_one_write()
    {
        // With such a lease no renewal falls into a turn.
        await using var node = await AgentNode.StartAsync(_store, _channel, _agency.Path, lease: TimeSpan.FromMinutes(1));
        var counts = new List<int>();
        foreach (var (text, count) in (IEnumerable<(string, int)>)[("hello", 1), ("find trips to Lisbon", 2), ("book a trip to Oslo for 1 and pay", 3)])
        {
            var begun = _store.Saves;
            await node.SayAsync(text);
            await _channel.WaitForAsync(count);
            counts.Add(_store.Saves - begun);
        }

        // Accepting, the attempt, one answer of the model, the commit; two more for each tool: its result and the model's next answer. The
        // last delivery is confirmed by the next turn's first write or by one of its own.
        Assert.InRange(counts[0], 4, 5);
        Assert.InRange(counts[1], 6, 7);
        Assert.InRange(counts[2], 10, 11);
    }

    [Fact]
    public async Task Model_is_told_what_was_said_before_and_what_tools_have_said()
    {
        var model = new PlayedModel(
            PlayedModel.Call(("find_trips", new { destination = "lisbon" })), PlayedModel.Say("Two."), PlayedModel.Say("Three days."));
        await using var node = await StartAsync(model);

        await node.SayAsync("To Lisbon?");
        await node.SayAsync("How long is the first?");

        Assert.Equal(["Two.", "Three days."], await _channel.WaitForAsync(2));
        Assert.Equal(
            ["user", "assistant", "tool", "assistant", "user"],
            model.Calls[2].Messages.Select(message => message.Role.Value));
        Assert.Equal(
            """[{"id":"LIS-3","destination":"Lisbon","days":3,"pricePerTraveller":420},{"id":"LIS-7","destination":"Lisbon","days":7,"pricePerTraveller":780}]""",
            Assert.Single(model.Results));
        Assert.Equal(TravelBot.Instructions, model.Calls[0].Options.Instructions);
        Assert.Equal(["find_trips", "reserve_trip", "pay_reservation", "cancel_reservation"], model.Calls[0].Options.Tools!.Select(tool => tool.Name));
        var schema = ((AIFunctionDeclaration)model.Calls[0].Options.Tools![1]).JsonSchema.GetProperty("properties");
        Assert.Equal(["trip", "travellers"], schema.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Whatever_is_wrong_with_a_call_is_told_to_the_model()
    {
        var malformed = new FunctionCallContent("x", "find_trips") { Exception = new JsonException("Unexpected end.") };
        var model = new PlayedModel(
            PlayedModel.Call(("fly to.moon", null), ("reserve_trip", new { trip = "LIS-3" }), ("reserve_trip", new { trip = "LIS-3", travellers = "many" }), ("reserve_trip", new { trip = "LIS-3", travellers = 10 })),
            new ChatMessage(ChatRole.Assistant, [malformed, new FunctionCallContent("y", "find_trips", new Dictionary<string, object?> { ["destination"] = new string('x', 3000) })]),
            PlayedModel.Say("I give up."));
        await using var node = await StartAsync(model);

        await node.SayAsync("hello");

        Assert.Equal(["I give up."], await _channel.WaitForAsync(1));
        Assert.Collection(
            model.Results,
            result => Assert.Equal("Error: there is no tool 'fly_to_moon'. There are: find_trips, reserve_trip, pay_reservation, cancel_reservation.", result),
            result => Assert.Contains("travellers", result, StringComparison.Ordinal),
            result => Assert.StartsWith("Error: ", result, StringComparison.Ordinal),
            result => Assert.Equal("Error: From 1 to 9 people may travel.", result),
            result => Assert.Equal("Error: The arguments are no JSON object: Unexpected end.", result),
            result => Assert.Equal("Error: The arguments have 3018 bytes; at most 2000 are taken.", result));
        Assert.Empty(_agency.Calls);
        // What is no name is never sent back as one.
        Assert.Equal("fly_to_moon", model.Calls[^1].Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().First().Name);
    }

    [Fact]
    public async Task Calls_of_one_id_have_results_that_can_be_told_apart()
    {
        var model = new PlayedModel(new ChatMessage(ChatRole.Assistant, [Find("c"), Find("c"), Find("c-2"), Find(new('x', 65))]), PlayedModel.Say("Done."));
        await using var node = await StartAsync(model);

        await node.SayAsync("hello");

        Assert.Equal(["Done."], await _channel.WaitForAsync(1));
        Assert.Equal(["c", "c-2", "c-2-2", "call"], model.Calls[1].Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().Select(result => result.CallId));
        AssertEachCallHasItsResult(model.Calls[1].Messages);

        static FunctionCallContent Find(string id) => new(id, "find_trips", new Dictionary<string, object?> { ["destination"] = "Oslo" });
    }

    [Theory]
    [InlineData("book a trip to Oslo for \u0663", "[scripted] There are: Oslo")]
    [InlineData("count to \u0663", "[scripted] I am a scripted stand-in")]
    public async Task Stand_in_takes_digits_of_other_scripts_for_words(string said, string expected)
    {
        await using var node = await StartAsync();

        await node.SayAsync(said);

        Assert.StartsWith(expected, Assert.Single(await _channel.WaitForAsync(1)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversation_is_forgotten_on_demand_without_the_model()
    {
        var model = new PlayedModel((number, _) => number == 1 ? throw new InvalidOperationException("too long") : Task.FromResult(PlayedModel.Say("Hello.")));
        await using var node = await StartAsync(model);

        await node.SayAsync("one");
        await node.SayAsync("Start over");
        await node.SayAsync("two");

        var replies = await _channel.WaitForAsync(3);
        Assert.EndsWith("say: start over", replies[0], StringComparison.Ordinal);
        Assert.Equal(["Starting over: I have forgotten what we said. Reservations stay.", "Hello."], replies.Skip(1));
        Assert.Equal(["two"], model.Calls[1].Messages.Select(message => message.Text));
    }

    [Fact]
    public async Task Tool_of_unknown_outcome_is_called_again_under_the_same_key_and_then_no_more()
    {
        var keys = new List<string>();
        var model = new PlayedModel(PlayedModel.Call(("shaky", null)), PlayedModel.Say("Ask a person."));
        await using var node = await StartAsync(model, tools: Toolbox.Of("shaky", Task<string> (IdempotencyKey key) =>
        {
            keys.Add(key.Value);
            throw new IOException("connection lost");
        }));

        await node.SayAsync("hello");

        Assert.Equal(["Ask a person."], await _channel.WaitForAsync(1));
        Assert.Equal(3, keys.Count);
        Assert.Single(keys.Distinct(StringComparer.Ordinal));
        Assert.Equal("Error: the tool did not answer, and it is not known whether it has done anything. Do not call it again; tell the user.", Assert.Single(model.Results));
    }

    [Fact]
    public async Task Tool_that_answers_at_last_has_its_result_told()
    {
        var calls = 0;
        var model = new PlayedModel(PlayedModel.Call(("shaky", null)), PlayedModel.Say("Done."));
        await using var node = await StartAsync(model, tools: Toolbox.Of("shaky", () => ++calls < 3 ? throw new IOException("connection lost") : 42));

        await node.SayAsync("hello");

        Assert.Equal(["Done."], await _channel.WaitForAsync(1));
        Assert.Equal(["42"], model.Results);
    }

    [Fact]
    public async Task Model_that_fails_ends_the_turn_with_an_apology_and_keeps_what_was_done()
    {
        var model = new PlayedModel((number, _) => number switch
        {
            1 => Task.FromResult(PlayedModel.Call(("reserve_trip", new { trip = "OSL-4", travellers = 1 }))),
            2 => throw new HttpRequestException("no connection"),
            _ => Task.FromResult(PlayedModel.Say("I know of one reservation.")),
        });
        await using var node = await StartAsync(model);

        await node.SayAsync("book it");
        await node.SayAsync("is it reserved?");

        var replies = await _channel.WaitForAsync(2);
        Assert.StartsWith("I cannot reach my language model just now", replies[0], StringComparison.Ordinal);
        Assert.Matches("^R[0-9A-F]{6}$", Assert.Single(model.Results));
        Assert.Equal(3, model.Calls.Count);
    }

    [Fact]
    public async Task Model_that_never_ends_is_asked_for_words_in_the_last_round()
    {
        var model = new PlayedModel((_, _) => Task.FromResult(PlayedModel.Call(("find_trips", new { destination = "Oslo" }))));
        await using var node = await StartAsync(model, new Dictionary<string, string> { ["MaxRounds"] = "3" });

        await node.SayAsync("hello");
        await node.SayAsync("again");

        Assert.Equal(["I have nothing to say to that.", "I have nothing to say to that."], await _channel.WaitForAsync(2));
        Assert.Equal(6, model.Calls.Count);
        Assert.Equal([ChatToolMode.Auto, ChatToolMode.Auto, ChatToolMode.None], model.Calls.Take(3).Select(call => call.Options.ToolMode));
        AssertEachCallHasItsResult(model.Calls[^1].Messages);
    }

    [Fact]
    public async Task Answers_that_were_cut_or_filtered_say_so()
    {
        await using (var node = await StartAsync(new PlayedModel(PlayedModel.Say("Half a")) { Reason = ChatFinishReason.Length }))
        {
            await node.SayAsync("hello");
            Assert.Equal("Half a (cut: the model had no room for more)", (await _channel.WaitForAsync(1))[0]);
        }

        await using (var node = await StartAsync(new PlayedModel(PlayedModel.Say("")) { Reason = ChatFinishReason.ContentFilter }))
        {
            await node.SayAsync("hello");
            Assert.Equal("(a filter has stopped this answer)", (await _channel.WaitForAsync(2))[1]);
        }
    }

    [Fact]
    public async Task Refusal_of_the_model_is_its_answer()
    {
        await using var node = await StartAsync(new PlayedModel(new ChatMessage(ChatRole.Assistant, [new ErrorContent("I must not.") { ErrorCode = "Refusal" }])));

        await node.SayAsync("hello");

        Assert.Equal(["I must not."], await _channel.WaitForAsync(1));
    }

    // What JSON escapes takes six bytes a character.
    [Fact]
    public async Task Largest_turn_that_a_model_can_make_fits_into_steps_and_record()
    {
        var text = new string('\u3042', 100_000);
        var arguments = new { destination = new string('\u3042', 328) };
        var calls = Enumerable.Range(0, 9).Select(_ => ("long", (object?)arguments)).ToArray();
        var extra = JsonSerializer.SerializeToElement(new string('x', ModelCaller.MaxExtra - 2));
        var model = new PlayedModel((number, _) => Task.FromResult(number < 8
            ? new ChatMessage(ChatRole.Assistant, [new TextContent(text), .. PlayedModel.Call(calls).Contents.Select(With)])
            : PlayedModel.Say(text)));
        await using var node = await StartAsync(model, tools: Toolbox.Of("long", (string destination) => text));

        await node.SayAsync(new string('\u3042', 4000));
        await node.SayAsync("hello");

        var replies = await _channel.WaitForAsync(2);
        Assert.Equal([Agent.MaxWords, ModelCaller.MaxText], replies.Select(reply => reply.Length));
        Assert.All(replies, reply => Assert.EndsWith(" ... (cut)", reply, StringComparison.Ordinal));
        var results = model.Calls[7].Messages.SelectMany(message => message.Contents).OfType<FunctionResultContent>().ToArray();
        Assert.Equal(7 * ModelCaller.MaxCalls, results.Length);
        Assert.All(results, result => Assert.Equal(Toolbox.MaxResult, ((string)result.Result!).Length));
        // Too large for the history by itself, it was kept as question and answer; the next exchange then left no room for it.
        Assert.DoesNotContain(model.Calls[8].Messages.SelectMany(message => message.Contents), content => content is FunctionCallContent);
        Assert.Empty(await node.DeadLetters.ListAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));

        AIContent With(AIContent call)
        {
            call.AdditionalProperties = new() { ["extra_content"] = extra };
            return call;
        }
    }

    [Fact]
    public async Task What_the_endpoint_adds_to_a_call_is_given_back_with_it()
    {
        var call = PlayedModel.Call(("find_trips", new { destination = "Oslo" }));
        call.Contents[0].AdditionalProperties = new() { ["extra_content"] = JsonSerializer.SerializeToElement(new { signature = "s1g" }) };
        var model = new PlayedModel(call, PlayedModel.Say("One."));
        await using var node = await StartAsync(model);

        await node.SayAsync("hello");
        await _channel.WaitForAsync(1);

        var shown = model.Calls[1].Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Single();
        Assert.Equal("""{"signature":"s1g"}""", ((JsonElement)shown.AdditionalProperties!["extra_content"]!).GetRawText());
    }

    [Fact]
    public async Task History_forgets_the_oldest_exchanges_and_the_model_is_told()
    {
        var model = new PlayedModel((number, _) => Task.FromResult(PlayedModel.Say($"answer {number}")));
        await using var node = await StartAsync(model, new Dictionary<string, string> { ["HistoryExchanges"] = "2" });

        foreach (var number in Enumerable.Range(1, 4)) await node.SayAsync($"question {number}");
        await _channel.WaitForAsync(4);

        var (messages, options) = model.Calls[3];
        Assert.Equal(["question 2", "answer 2", "question 3", "answer 3", "question 4"], messages.Select(message => message.Text));
        Assert.EndsWith(" The first 1 exchanges of this conversation are not shown to you any more.", options.Instructions, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "I read text alone.")]
    [InlineData("x", "That is too long for me: I read 4000 characters at a time.")]
    public async Task Message_that_is_none_is_not_shown_to_the_model(string text, string reply)
    {
        var model = new PlayedModel();
        await using var node = await StartAsync(model);

        await node.SayAsync(string.Concat(Enumerable.Repeat(text, 4001)));

        Assert.Equal([reply], await _channel.WaitForAsync(1));
        Assert.Empty(model.Calls);
    }

    private static void AssertEachCallHasItsResult(IReadOnlyList<ChatMessage> messages)
    {
        var contents = messages.SelectMany(message => message.Contents).ToArray();
        Assert.Equal(contents.OfType<FunctionCallContent>().Select(call => call.CallId), contents.OfType<FunctionResultContent>().Select(result => result.CallId));
    }

    private Task<AgentNode> StartAsync(IChatClient? model = null, IReadOnlyDictionary<string, string>? settings = null, params AIFunction[] tools) =>
        AgentNode.StartAsync(_store, _channel, _agency.Path, model, settings: settings, tools: tools);
}
