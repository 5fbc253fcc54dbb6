using Everturn.Language;
using Everturn.Language.Local;
using Everturn.Turns;

namespace Everturn.Tests.Language;

public sealed class RecognizeInTurnTests
{
    private readonly FaultyStore _store = new();
    private readonly RecordingChannel _channel = new();

    [Theory]
    [InlineData(StepDurability.Durable)]
    [InlineData(StepDurability.Remembered)]
    public async Task Remote_recognizer_is_asked_once_for_a_turn_that_runs_again(StepDurability durability)
    {
        var recognizer = new FickleRecognizer();
        await using var other = new TestNode(_store, _channel, PizzaLogic.OnTurnAsync, name: "other");
        var heard = new List<string>();
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            heard.Add((await turn.RecognizeAsync(recognizer, durability, token)).TopIntent);
            if (heard.Count == 1) await other.SendAsync("in between");
        });

        await node.SendAsync("book a room");

        Assert.Equal(["Intent1", "Intent1"], heard);
        Assert.Equal(["book a room"], recognizer.Asked);
    }

    [Fact]
    public async Task Two_remote_recognizers_of_one_turn_do_not_get_each_others_answers()
    {
        var (first, second) = (new FickleRecognizer("first"), new FickleRecognizer("second"));
        RecognizerResult[] heard = [];
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
            heard = [await turn.RecognizeAsync(first, cancellationToken: token), await turn.RecognizeAsync(second, cancellationToken: token)]);

        await node.SendAsync("hello");

        Assert.Equal(["first", "second"], heard.Select(result => result.Recognizer));
    }

    [Fact]
    public async Task Text_that_the_turn_has_changed_is_recognized_anew()
    {
        var recognizer = new FickleRecognizer();
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            await turn.RecognizeAsync(recognizer, cancellationToken: token);
            turn.Activity.Text = "hello";
            await turn.RecognizeAsync(recognizer, cancellationToken: token);
            turn.Activity.Locale = "de";
            await turn.RecognizeAsync(recognizer, cancellationToken: token);
            await turn.RecognizeAsync(recognizer, cancellationToken: token);
        });

        await node.SendAsync("hallo");

        Assert.Equal(["hallo", "hello", "hello"], recognizer.Asked);
    }

    [Fact]
    public async Task Local_recognizer_costs_no_write_and_blank_text_asks_nobody()
    {
        var remote = new FickleRecognizer();
        var saves = 0;
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
        {
            var local = await turn.RecognizeAsync(new LocalRecognizer(TestProject.Read()), cancellationToken: token);
            turn.Activity.Text = "  ";
            var blank = await turn.RecognizeAsync(remote, cancellationToken: token);
            saves = _store.Saves;
            await turn.SendActivityAsync($"{local.TopIntent} {blank.TopIntent}", token);
        });

        await node.SendAsync("cancel my order");

        Assert.Equal(["Cancel None"], await _channel.WaitForAsync(1));
        Assert.Equal(0, saves);
        Assert.Empty(remote.Asked);
    }

    [Fact]
    public async Task Failure_of_a_remote_recognizer_fails_the_turn_and_is_not_remembered()
    {
        var recognizer = new FickleRecognizer { Failures = 1 };
        await using var node = new TestNode(_store, _channel, async (turn, token) =>
            await turn.SendActivityAsync((await turn.RecognizeAsync(recognizer, cancellationToken: token)).TopIntent, token));

        Assert.IsType<RecognizerException>(Assert.IsType<TurnOutcome.Failed>(await node.SendAsync("hello", "1")).Exception);
        await node.SendAsync("hello", "1");

        Assert.Equal(["Intent1"], await _channel.WaitForAsync(1));
    }

    /// <summary>Stands in for a service that answers otherwise each time.</summary>
    private sealed class FickleRecognizer(string name = "fickle") : Recognizer
    {
        private int _answers;

        public List<string> Asked { get; } = [];

        public int Failures { get; set; }

        public override string Name => name;

        public override bool IsRemote => true;

        protected override ValueTask<RecognizerResult> RecognizeTextAsync(string text, string? locale, CancellationToken cancellationToken)
        {
            if (Failures-- > 0) throw new RecognizerException("no answer.");
            Asked.Add(text);
            return new(new RecognizerResult { Text = text, Recognizer = Name, TopIntent = $"Intent{++_answers}" });
        }
    }
}
