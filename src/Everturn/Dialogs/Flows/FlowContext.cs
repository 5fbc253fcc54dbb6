using System.Globalization;
using System.Runtime.CompilerServices;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Dialogs.Prompts;
using Everturn.Turns;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Dialogs.Flows;

/// <summary>Everything that a flow may ask, say, call and know. Await one operation before the next.</summary>
/// <remarks>
/// Results are recorded in the order of the awaits, each with its kind and name (a question's name is by default its words), and
/// a replay that finds another kind or name there stops with a <see cref="FlowChangedException"/>.
/// </remarks>
public sealed class FlowContext
{
    private const int MaxStepName = 100;

    private readonly FlowRun _run;

    internal FlowContext(FlowRun run) => _run = run;

    /// <summary>Whether what happens now has happened in an earlier turn. For logs; a flow must not do otherwise because of it.</summary>
    public bool IsReplaying => _run.IsReplaying;

    /// <summary>Which conversation this is.</summary>
    public ConversationKey Conversation => _run.Dc.Context.Conversation;

    /// <summary>The services of this run; what they do to the outside belongs into <see cref="OnceAsync{T}(string, Func{CancellationToken, Task{T}})"/>.</summary>
    public IServiceProvider Services => _run.Dc.Context.Services;

    /// <summary>Cancelled when the turn is given up.</summary>
    public CancellationToken CancellationToken => _run.CancellationToken;

    /// <summary>What the flow was begun with, or begun anew with; the type's default when with nothing.</summary>
    public T? GetInput<T>() => _run.Input is { } input ? DialogJson.To<T>(input) : default;

    /// <summary>Says a text. A replay is silent.</summary>
    public Task SayAsync(string text) => SayAsync(MessageFactory.Text(text));

    /// <summary>Sends an activity. A replay is silent.</summary>
    public Task SayAsync(Activity activity) =>
        _run.DoAsync(async () => await _run.Dc.Context.SendActivityAsync(activity, CancellationToken));

    /// <summary>Asks, and asks again until the answer is of the right kind.</summary>
    /// <param name="prompt">The question.</param>
    /// <param name="retry">What to say after an answer of the wrong kind. Default: the question again.</param>
    /// <param name="validate">Whether an answer of the right kind is good. Asked once an answer, never in a replay.</param>
    /// <param name="timeout">How long to wait for a good answer. Default: for ever.</param>
    /// <param name="name">By which the answer is recorded; with a name, the words may change under running conversations. Default: the words.</param>
    /// <typeparam name="T">
    /// A string; a number type of C# or <see cref="Half"/>; bool; <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="DateTime"/> (both must be named) or
    /// <see cref="DateTimeResolution"/>; a list of <see cref="Attachment"/>; none of them nullable. For another, hand over a prompt of yours.
    /// </typeparam>
    /// <exception cref="FlowTimeoutException">Nobody answered in time. A flow that does not catch it is given up.</exception>
    public async Task<T> AskAsync<T>(string prompt, string? retry = null, Func<T, bool>? validate = null, TimeSpan? timeout = null, string? name = null) =>
        (await _run.PerformAsync(FlowQuestions.For(Options(prompt, retry), _run.DefaultLocale, validate, timeout, name ?? prompt)))!;

    /// <summary>Asks by a prompt.</summary>
    /// <param name="prompt">Reads and judges the answers, and gives the question its name.</param>
    /// <param name="options">What it asks.</param>
    /// <param name="timeout">How long to wait for a good answer. Default: for ever.</param>
    /// <exception cref="FlowTimeoutException">Nobody answered in time. A flow that does not catch it is given up.</exception>
    public async Task<T> AskAsync<T>(Prompt<T> prompt, PromptOptions options, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        return (await _run.PerformAsync(new AskOperation<T, T>(prompt, options, value => value, timeout, "ask", prompt.Id)))!;
    }

    /// <summary>Asks, but goes on without an answer when its time is over; what the user says after that goes to what follows.</summary>
    public async Task<FlowAnswer<T>> TryAskAsync<T>(string prompt, TimeSpan timeout, string? retry = null, Func<T, bool>? validate = null, string? name = null)
    {
        try
        {
            return new(true, await AskAsync(prompt, retry, validate, timeout, name));
        }
        catch (FlowTimeoutException)
        {
            return new(false, default);
        }
    }

    /// <summary>Asks for yes or no, with a button for each.</summary>
    /// <exception cref="FlowTimeoutException">Nobody answered in time. A flow that does not catch it is given up.</exception>
    public Task<bool> ConfirmAsync(string prompt, string? retry = null, TimeSpan? timeout = null, string? name = null) =>
        AskAsync<bool>(prompt, retry, validate: null, timeout, name);

    /// <summary>Asks for one of some choices, with a button for each.</summary>
    /// <param name="prompt">The question.</param>
    /// <param name="choices">What can be chosen: at least one, none of them blank (ET1118).</param>
    /// <param name="retry">What to say after an answer that is none of them. Default: the question again.</param>
    /// <param name="timeout">How long to wait for a good answer. Default: for ever.</param>
    /// <param name="name">By which the answer is recorded; with a name, the words may change under running conversations. Default: the words.</param>
    /// <returns>The choice, as it was offered.</returns>
    /// <exception cref="FlowTimeoutException">Nobody answered in time. A flow that does not catch it is given up.</exception>
    public async Task<string> ChooseAsync(string prompt, IEnumerable<string> choices, string? retry = null, TimeSpan? timeout = null, string? name = null)
    {
        var options = Options(prompt, retry);
        options.Choices = ChoiceFactory.ToChoices(choices);
        return (await _run.PerformAsync(new AskOperation<FoundChoice, string>(
            new ChoicePrompt("choice", defaultLocale: _run.DefaultLocale), options, found => found.Value, timeout, "choose", name ?? prompt)))!;
    }

    /// <summary>Makes an external call once for the flow: by a durable step in its turn, and from the flow's record ever after.</summary>
    /// <param name="name">The step's name, at most 100 characters.</param>
    /// <param name="call">Makes the call; its result is kept as JSON that can be read back (ET1128).</param>
    /// <exception cref="FlowStepException">The call threw. Who catches it may go on: the failure is recorded.</exception>
    public Task<T> OnceAsync<T>(string name, Func<CancellationToken, Task<T>> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return OnceAsync(name, (_, token) => call(token));
    }

    /// <summary>As the other overload, without a result.</summary>
    public Task OnceAsync(string name, Func<CancellationToken, Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return OnceAsync(name, (_, token) => call(token));
    }

    /// <summary>As the other overload, without a result; the call gets a key for the other side.</summary>
    public Task OnceAsync(string name, Func<string, CancellationToken, Task> call)
    {
        ArgumentNullException.ThrowIfNull(call);
        return OnceAsync(name, async (key, token) =>
        {
            await call(key, token);
            return true;
        });
    }

    /// <summary>As the other overload; the call gets a key for the other side, which is the same whenever this call is repeated.</summary>
    public async Task<T> OnceAsync<T>(string name, Func<string, CancellationToken, Task<T>> call)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(call);
        if (name.Length > MaxStepName)
        {
            throw new ArgumentException($"ET1117: the name of a flow's step has {name.Length} characters; at most {MaxStepName} are allowed.", nameof(name));
        }

        return (await _run.PerformAsync(new StepOperation<T>(name, call)))!;
    }

    /// <summary>Does something to the turn itself, once: reads its activity, changes state, schedules a timer, sends and changes activities.</summary>
    /// <param name="name">By which the result is recorded.</param>
    /// <param name="action">Not called in a replay. Its result is kept as JSON that can be read back (ET1128).</param>
    public Task<T> TurnAsync<T>(string name, Func<TurnContext, T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(name, turn => Task.FromResult(action(turn)));
    }

    /// <summary>As the other overload, for what is awaited.</summary>
    [OverloadResolutionPriority(1)]
    public Task<T> TurnAsync<T>(string name, Func<TurnContext, Task<T>> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(name, action);
    }

    /// <summary>As the other overload, for what is awaited.</summary>
    public Task<T> TurnAsync<T>(string name, Func<TurnContext, ValueTask<T>> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(name, turn => action(turn).AsTask());
    }

    /// <summary>As the other overload, without a result.</summary>
    public Task TurnAsync(string name, Action<TurnContext> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return TurnAsync(name, turn =>
        {
            action(turn);
            return true;
        });
    }

    /// <summary>As the other overload, without a result and for what is awaited.</summary>
    [OverloadResolutionPriority(1)]
    public Task TurnAsync(string name, Func<TurnContext, Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(name, async turn =>
        {
            await action(turn);
            return true;
        });
    }

    /// <summary>As the other overload, without a result and for what is awaited.</summary>
    public Task TurnAsync(string name, Func<TurnContext, ValueTask> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return DoAsync(name, async turn =>
        {
            await action(turn);
            return true;
        });
    }

    /// <summary>
    /// The time, as it was when the flow first came here. A call that follows in the same turn costs one write more, so that whoever runs
    /// the turn again after a crash has the same time.
    /// </summary>
    public Task<DateTimeOffset> NowAsync() => _run.PerformAsync(new FoundOperation<DateTimeOffset>(
        "now", "now", () => Services.GetRequiredService<TimeProvider>().GetUtcNow()));

    /// <summary>
    /// A random number from 0 to below <paramref name="limit"/>, as it fell when the flow first came here. Not for secrets. A call that
    /// follows in the same turn costs one write more, as with <see cref="NowAsync"/>.
    /// </summary>
    public Task<int> RandomAsync(int limit) => _run.PerformAsync(new FoundOperation<int>(
        "random", string.Create(CultureInfo.InvariantCulture, $"random {limit}"), () => Services.GetRequiredService<Random>().Next(limit)));

    /// <summary>Begins another dialog, and waits for its result; what the user says goes to it. It keeps a record of its own.</summary>
    /// <param name="dialog">Any dialog; a flow, too.</param>
    /// <param name="options">What it is begun with.</param>
    /// <returns>Its result; the type's default when it has none.</returns>
    /// <exception cref="FlowCancelledException">The dialog was cancelled. Who does not catch it is cancelled, too.</exception>
    public Task<T?> CallAsync<T>(Dialog dialog, object? options = null)
    {
        ArgumentNullException.ThrowIfNull(dialog);
        return _run.PerformAsync(new CallOperation<T>(dialog.Id, dialog, options));
    }

    /// <summary>As the other overload, with a dialog of the component or set in which the flow is.</summary>
    /// <exception cref="FlowCancelledException">The dialog was cancelled. Who does not catch it is cancelled, too.</exception>
    public Task<T?> CallAsync<T>(string dialogId, object? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dialogId);
        return _run.PerformAsync(new CallOperation<T>(dialogId, null, options));
    }

    /// <summary>
    /// Which version of a part of this flow's code the conversation goes on with: <paramref name="newest"/> when it comes here for the
    /// first time, <paramref name="oldest"/> when it had passed before this call was written, and the same ever after.
    /// </summary>
    /// <param name="name">The name of the change.</param>
    /// <param name="oldest">The oldest version that the code still knows.</param>
    /// <param name="newest">The version for conversations that come here now.</param>
    public Task<int> VersionAsync(string name, int oldest, int newest)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _run.VersionAsync(name, oldest, newest);
    }

    /// <summary>
    /// Begins the flow anew, in this turn, with an input and an empty record: so that one that loops for long stays small. It does
    /// not return.
    /// </summary>
    public Task ContinueAsNewAsync<T>(T input) => _run.EndAsync(new FlowEnd.Anew(DialogJson.ToElement(input)), "begin anew");

    /// <summary>
    /// Cancels the flow and the dialogs that stand below it on its stack. A flow that has called it gets a
    /// <see cref="FlowCancelledException"/>. It does not return.
    /// </summary>
    public Task CancelAsync() => _run.EndAsync(new FlowEnd.Cancelled(), "cancel");

    private async Task<T> DoAsync<T>(string name, Func<TurnContext, Task<T>> action)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return (await _run.PerformAsync(new ValueOperation<T>("turn", name, () => action(_run.Dc.Context))))!;
    }

    private static PromptOptions Options(string prompt, string? retry)
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        return new() { Prompt = MessageFactory.Text(prompt), RetryPrompt = retry is null ? null : MessageFactory.Text(retry) };
    }
}
