using System.Globalization;
using Everturn.Dialogs;
using Everturn.Dialogs.Flows;
using Everturn.Testing.VirtualTime;
using Everturn.Turns;

namespace Everturn.Testing.Simulation;

/// <summary>
/// The bot of the conversations that are flows. A flow asks six questions, two of them in a flow that it calls, and one with a time
/// limit; between them it calls the service outside by durable steps. Each turn says one thing, which names what it got from the service.
/// </summary>
/// <remarks>What it must say is worked out again, by other means, in <see cref="FlowScript"/>.</remarks>
internal sealed class SimulatedFlows(Scheduler scheduler, SimulatedService service, Process process, Action die)
{
    /// <summary>The first question: its answer is a text, as are those of 3 and 6; the others are numbers.</summary>
    public const int First = 1;

    /// <summary>The question that nobody need answer.</summary>
    public const int Timed = 5;

    /// <summary>The last question.</summary>
    public const int Last = 6;

    /// <summary>What a call that was refused counts as.</summary>
    public const string Refused = "x";

    /// <summary>What stands for an answer that did not come in time.</summary>
    public const string NoAnswer = "-";

    private const int MostCalls = 2;

    /// <summary>Whether a conversation is one of flows.</summary>
    public static bool Own(string conversation) => conversation.StartsWith('f');

    /// <summary>What begins a flow; anything else that is said while none goes on does so, too.</summary>
    public static string Hello(int unique) => Answer("hi", unique);

    /// <summary>The name of the flow that a text begins.</summary>
    public static string Talk(string text) => "t" + (text.Contains('!', StringComparison.Ordinal) ? text[(text.LastIndexOf('!') + 1)..] : text[..^1]);

    /// <summary>The name of a question.</summary>
    public static string Question(string talk, int number) => string.Create(CultureInfo.InvariantCulture, $"{talk}/{number}");

    /// <summary>The name of the last word, which repeats all answers.</summary>
    public static string End(string talk, IEnumerable<string> answers) => $"{talk}/end:{string.Join(',', answers)}";

    /// <summary>What is said to an answer that is none.</summary>
    public static string Again(string question) => question + "?";

    /// <summary>An answer to a question and to no other.</summary>
    public static string Answer(string question, int unique) => IsNumber(question)
        ? string.Create(CultureInfo.InvariantCulture, $"{unique}{question[^1]}")
        : string.Create(CultureInfo.InvariantCulture, $"{question}!{unique}");

    /// <summary>Whether a text answers a question.</summary>
    public static bool IsAnswer(string text, string question) => IsNumber(question)
        ? text.All(char.IsAsciiDigit) && text[^1] == question[^1]
        : text.StartsWith(question + "!", StringComparison.Ordinal);

    public Task RunAsync(TurnContext turn, CancellationToken cancellationToken) =>
        new FlowDialog("talk", flow => TalkAsync(flow, turn)).RunAsync(turn, cancellationToken: cancellationToken);

    private static bool IsNumber(string question) => question[^1] is '2' or '4' or '5';

    private async Task TalkAsync(FlowContext flow, TurnContext turn)
    {
        var talk = await flow.TurnAsync("talk", now => Talk(now.Activity.Text!));
        // Drawn in a turn of its own: what is not committed yet is drawn anew when the turn runs again.
        var calls = await flow.RandomAsync(MostCalls + 1);
        var patience = TimeSpan.FromMilliseconds(150 * (1 + await flow.RandomAsync(10)));

        var first = await AskAsync(flow, Question(talk, First));
        var second = await AskNumberAsync(flow, Question(talk, 2), await CallAsync(flow, turn, "first"));
        var inner = await flow.CallAsync<string[]>(new FlowDialog("inner", called => InnerAsync(called, turn)), talk);
        var timed = await TryAskAsync(flow, Question(talk, Timed), patience);
        var results = "";
        for (var call = 0; call < calls; call++)
        {
            results += " " + await CallAsync(flow, turn, "again");
        }

        var last = await AskAsync(flow, Question(talk, Last), results);
        var end = End(talk, [first, second, .. inner!, timed, last]);
        await flow.SayAsync($"{end} {await CallAsync(flow, turn, "last")}");
    }

    private async Task<object?> InnerAsync(FlowContext flow, TurnContext turn)
    {
        var talk = flow.GetInput<string>()!;
        var third = await AskAsync(flow, Question(talk, 3));
        return new[] { third, await AskNumberAsync(flow, Question(talk, 4), await CallAsync(flow, turn, "first")) };
    }

    private static Task<string> AskAsync(FlowContext flow, string question, string results = "") =>
        flow.AskAsync<string>(question + results, Again(question), answer => IsAnswer(answer, question));

    private static async Task<string> AskNumberAsync(FlowContext flow, string question, string result) =>
        Text(await flow.AskAsync<int>($"{question} {result}", Again(question), answer => IsAnswer(Text(answer), question)));

    private static async Task<string> TryAskAsync(FlowContext flow, string question, TimeSpan patience)
    {
        var answer = await flow.TryAskAsync<int>(question, patience, Again(question), answer => IsAnswer(Text(answer), question));
        return answer.IsAnswered ? Text(answer.Value) : NoAnswer;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<string> CallAsync(FlowContext flow, TurnContext turn, string step)
    {
        var call = new FlowCall(turn.Conversation.Id, SimulatedBot.TokenOf(turn.Activity), turn.Revision, step, scheduler.Now, process);
        try
        {
            var result = await flow.OnceAsync(step, (key, token) => service.CallAsync(call, key, die, token));
            service.Used(result);
            if (!flow.IsReplaying && service.Kills())
            {
                // The journal has the result, and nothing else has.
                die();
                await new TaskCompletionSource().Task;
            }

            return Text(result);
        }
        catch (FlowStepException)
        {
            return Refused;
        }
    }
}
