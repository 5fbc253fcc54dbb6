using System.Collections.Immutable;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Turns;

/// <summary>Runs the bot once for one activity and turns what it did into an effect.</summary>
internal sealed class BotRunner(NodeContext node, IServiceScopeFactory scopes, JsonSerializerOptions stateJson) : IBotRunner
{
    /// <summary>The largest recorded answer, in bytes.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <inheritdoc />
    public async Task<BotRun> RunAsync(
        Letter letter,
        ConversationKey conversation,
        StateBytes state,
        long revision,
        UserStates users,
        EarlierActivities earlier,
        CancellationToken taken = default)
    {
        var deadline = letter.Deadline;
        await using var scope = scopes.CreateAsyncScope();
        using var patience = node.CancelAfter(deadline.Remaining);
        await using var leash = taken.Register(patience.Cancel);
        UserKey? user = letter.Inbound.User is { Length: > 0 } id ? new UserKey(conversation.Bot, conversation.Channel, id) : null;
        try
        {
            var services = scope.ServiceProvider;
            var turn = NewTurn();
            try
            {
                await RunToDeadlineAsync(turn, PipelineAsync(turn, services, patience.Token), patience.Token);
            }
            catch (Exception exception) when (!IsOver(patience, deadline) && !IsOfTheEngine(exception) && services.GetService<ITurnErrorHandler>() is { } handler)
            {
                node.Log.BotFailed(conversation.Id, exception);
                turn = NewTurn();
                await RunToDeadlineAsync(turn, handler.OnTurnErrorAsync(turn, exception, patience.Token), patience.Token);
            }

            return ToRun(letter, turn, user, users, earlier);
        }
        catch (Exception exception) when (taken.IsCancellationRequested || IsOf<TurnSupersededException>(exception))
        {
            return new BotRun.Superseded();
        }
        catch (Exception exception) when (IsOf<TurnUnavailableException>(exception))
        {
            return new BotRun.Late(exception.Message);
        }
        catch (OperationCanceledException) when (IsOver(patience, deadline))
        {
            return new BotRun.Late(Why: null);
        }
        catch (Exception exception)
        {
            return new BotRun.Threw(exception);
        }

        TurnContext NewTurn() => new(
            new TurnRun(
                conversation,
                revision,
                letter.Inbound.Echo ? 1 : 0,
                letter.Runs,
                scope.ServiceProvider,
                letter.Steps!,
                user,
                users,
                earlier,
                ExpectsReplies(letter),
                letter.Inbound.IsUnasked,
                ChannelOf(letter)?.TakesOurIds is true,
                node.Options.MaxActivityBytes,
                deadline,
                node.Time,
                stateJson,
                letter.Ephemerals!,
                patience.Token),
            ActivityJson.Read(letter.Inbound.Json.Span),
            state);
    }

    private static bool IsOfTheEngine(Exception exception) => IsOf<TurnSupersededException>(exception) || IsOf<TurnUnavailableException>(exception);

    // The bot, or a library between, may have wrapped what the engine threw.
    private static bool IsOf<T>(Exception? exception)
        where T : Exception => exception switch
    {
        null => false,
        T => true,
        AggregateException several => several.InnerExceptions.Any(IsOf<T>),
        _ => IsOf<T>(exception.InnerException),
    };

    private static bool IsOver(CancellationTokenSource patience, Deadline deadline) => patience.IsCancellationRequested || deadline.HasPassed;

    // A bot that does not heed its token is left behind; what it still does reaches nobody.
    private static async Task RunToDeadlineAsync(TurnContext turn, Task run, CancellationToken patience)
    {
        try
        {
            await run.WaitAsync(patience);
            turn.ThrowIfStreamIsOpen();
        }
        finally
        {
            await turn.CloseAsync();
        }
    }

    private static Task PipelineAsync(TurnContext turn, IServiceProvider services, CancellationToken cancellationToken)
    {
        var middleware = services.GetServices<IMiddleware>().ToArray();
        return RunFromAsync(0, cancellationToken);

        Task RunFromAsync(int at, CancellationToken token) => at < middleware.Length
            ? middleware[at].OnTurnAsync(turn, next => RunFromAsync(at + 1, next), token)
            : services.GetRequiredService<IBot>().OnTurnAsync(turn, token);
    }

    private static bool ExpectsReplies(Letter letter) => letter.Inbound.Activity.DeliveryMode == DeliveryModes.ExpectReplies;

    private IChannel? ChannelOf(Letter letter) => node.Channels.For(letter.Inbound.Activity.ChannelId ?? "", letter.Inbound.Activity.ServiceUrl ?? "");

    private BotRun.Ran ToRun(Letter letter, TurnContext turn, UserKey? user, UserStates users, EarlierActivities earlier)
    {
        var expectsReplies = ExpectsReplies(letter);
        var answered = new List<byte[]>();
        var rows = ImmutableArray.CreateBuilder<OutboxRow>();
        if (letter.Inbound.Echo)
        {
            rows.Add(new(new RowId(turn.Revision, 0), letter.Inbound.Json, node.Options.Node, IsEcho: true));
        }

        foreach (var reply in turn.Finish().Where(reply => !reply.IsWithdrawn))
        {
            if (expectsReplies && reply.Action is RowAction.Send)
            {
                answered.Add(reply.Json);
            }
            else
            {
                ThrowIfUnserved(reply.Json);
                rows.Add(new(new RowId(turn.Revision, rows.Count), reply.Json, node.Options.Node, IsEcho: false)
                {
                    Action = reply.Action,
                    TargetRow = reply.Target.Row,
                    TargetId = reply.Target.Id,
                });
            }
        }

        var answer = TurnAnswers.Of(letter.Inbound.Activity, turn.InvokeResponse, expectsReplies ? answered : null);
        if (answer?.Body.Length > MaxAnswerBytes)
        {
            throw new InvalidOperationException(
                $"ET1004: the answer to the {letter.Inbound.Activity.Type} has {answer.Body.Length} bytes; at most {MaxAnswerBytes} are kept for a repeated request. Send less.");
        }

        StateBytes? userState = null;
        if (turn.UserStateNow is var (before, now) && UserPatch.Between(users.Life, before, now) is { IsEmpty: false } patch)
        {
            userState = now;
            if (!users.AreAtomic)
            {
                rows.Add(new(new RowId(turn.Revision, rows.Count), patch.ToJson(), node.Options.Node, IsEcho: false) { User = user!.Value.ToStoreKey() });
            }
        }

        if (rows.Count > node.Options.OutboxCapacity)
        {
            throw new InvalidOperationException(
                $"ET1027: the turn sends {rows.Count} activities; at most {node.Options.OutboxCapacity} can wait for delivery. Send fewer, or raise OutboxCapacity.");
        }

        var effect = new TurnEffect(letter.Identity, rows.ToImmutable(), answer)
        {
            Timers = [.. turn.Scheduled.Select(timer => new ConversationTimer(timer.Id, timer.Due, timer.Json) { User = letter.Inbound.User })],
            Cancelled = [.. turn.Cancelled],
            Awaited = ChannelOf(letter)?.TakesOurIds is true ? [] : [.. rows.Where(row => row.TargetId is null).Select(row => row.TargetRow).OfType<RowId>()],
            Member = Membership.Of(letter.Inbound),
        };
        var ran = new BotRun.Ran(effect, turn.StateNow);
        if (userState is not null)
        {
            ThrowIfTooLarge(userState);
            users.Keep(user!.Value, userState);
        }

        earlier.Keep(effect.Rows);
        return ran;
    }

    // Committed it would wait for a channel that is nowhere.
    private void ThrowIfUnserved(byte[] json)
    {
        if (node.Channels.For(json) is null)
        {
            var reply = ActivityJson.Read(json);
            throw new InvalidOperationException(
                $"ET1060: the turn sends a {reply.Type} that no channel of this node could deliver: its channelId is '{reply.ChannelId}', its serviceUrl '{reply.ServiceUrl}'. "
                + "An activity without serviceUrl is answered by InvokeResponse, or by replies when its deliveryMode is expectReplies.");
        }
    }

    private void ThrowIfTooLarge(StateBytes userState)
    {
        var bytes = userState.Sum(pair => pair.Key.Length + pair.Value.Length);
        if (bytes > node.Options.MaxRecordBytes)
        {
            throw new InvalidOperationException(
                $"ET1030: the turn would make the user's state {bytes} bytes; at most {node.Options.MaxRecordBytes} are allowed. Keep less in it, or raise MaxRecordBytes.");
        }
    }
}

/// <summary>What one run of the bot came to.</summary>
internal abstract record BotRun
{
    private BotRun()
    {
    }

    /// <summary>The turn, ready to be committed, and the state behind it.</summary>
    public sealed record Ran(TurnEffect Effect, StateBytes State) : BotRun;

    /// <summary>The bot did not run: its turn comes later, from the queue.</summary>
    public sealed record Queued : BotRun;

    /// <summary>Another node has committed the turn, or taken it over, or the turn before it.</summary>
    public sealed record Superseded : BotRun;

    /// <summary>The bot had not ended when its time was over, or the store did not do what it needed.</summary>
    /// <param name="Why">What the store did not do; null when the bot took too long.</param>
    public sealed record Late(string? Why) : BotRun;

    /// <summary>The bot, or its error handler, threw.</summary>
    public sealed record Threw(Exception Exception) : BotRun;
}
