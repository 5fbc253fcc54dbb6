using System.Text.Json;
using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Turns;
using Everturn.Users;

namespace Everturn.Delivery;

/// <summary>What this node does for one activity of the queue: attempts at its turn, and dead letters when they are used up.</summary>
internal sealed class QueuedTurn(
    QueuedActivity queued, string tag, ConversationKey key, Committer committer, Tenure tenure, DeadLetters deadLetters, IBotRunner bots, NodeContext node)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly Steps _steps = new(queued.Identity, key, committer, node, queued.Origin ?? queued.Identity.In(tag));
    private string _reason = "Its node died, or was cut off, during the last attempt.";
    private Ephemerals? _ephemerals;
    private int _failures;
    private bool _isCommitted;
    private TurnPlace? _place;

    public ActivityIdentity Identity => queued.Identity;

    /// <summary>Until when to leave it alone.</summary>
    public Deadline Pause { get; private set; } = new(node.Time, TimeSpan.Zero);

    /// <summary>Makes the next attempt, or gives the activity up when all are made.</summary>
    /// <param name="attempts">How many have been begun, by whichever node.</param>
    /// <param name="claim">This node's lease.</param>
    public async Task AdvanceAsync(int attempts, LeaseClaim claim)
    {
        _ephemerals ??= NewEphemerals();
        if (attempts > 0)
        {
            // A node that died has perhaps begun a stream. The first of a turn is gone on with, or taken away when it is over.
            _ephemerals?.Suspect(_steps.StreamKeyOf(0));
        }

        if (attempts >= node.Options.MaxAttempts)
        {
            await BuryAsync(attempts, claim);
            return;
        }

        try
        {
            if (!await HasPlaceAsync(claim))
            {
                return;
            }

            tenure.IsRunning = true;
            var attempt = attempts + 1;
            if (await IsDoneAsync(new Operation.Attempt(claim, Identity, attempt, node.Time.GetUtcNow())))
            {
                node.Log.AttemptBegins(attempt, key.Id);
                await RunAsync(attempt, claim);
            }
        }
        catch (Exception exception)
        {
            // The engine's own trouble, for instance with what is stored: nobody else would see it.
            Fail(attempts + 1, exception);
        }
        finally
        {
            tenure.IsRunning = false;
            tenure.IsStarved = false;
            LeavePlace();
            await (_ephemerals?.SettleAsync(_isCommitted) ?? Task.CompletedTask);
        }
    }

    /// <summary>Waits for a place to run the bot; false when the lease is over, or the node stops.</summary>
    private async Task<bool> HasPlaceAsync(LeaseClaim claim)
    {
        _place ??= node.Budget.Attempts.Take();
        while (!_place.Taken.IsCompleted)
        {
            using var awake = new CancellationTokenSource();
            var nap = node.DelayAsync(node.Options.LeaseDuration, awake.Token);
            if (await Task.WhenAny(_place.WaitAsync(), nap) != nap)
            {
                awake.Cancel();
            }
            else if (!IsMine() || node.Stopping.IsCancellationRequested)
            {
                return false;
            }
            else
            {
                tenure.IsStarved |= !tenure.IsRunning && node.Handovers.TryTake();
            }
        }

        tenure.IsStarved = false;
        return IsMine();

        bool IsMine() => tenure.Held?.Lease.Claim == claim;
    }

    private void LeavePlace()
    {
        _place?.Dispose();
        _place = null;
    }

    private async Task RunAsync(int attempt, LeaseClaim claim)
    {
        _steps.Claim = claim;
        var letter = new Letter(Inbound(), Identity, new Deadline(node.Time, node.Options.QueuedTurnDeadline), static () => { })
        {
            Steps = _steps,
            Ephemerals = _ephemerals,
        };
        var mustRun = true;
        while (mustRun && await HasPlaceAsync(claim) && Ours(claim) is { } record)
        {
            var users = new UserStates(record, node);
            _steps.Adopt(record, SnapshotSource.Written);
            letter.Runs++;
            switch (await RunBotAsync(letter, record, users))
            {
                case BotRun.Ran(var effect, var state):
                    mustRun = !await IsSettledAsync(node.Turn(record, [effect], state, claim), users, attempt);
                    break;
                case BotRun.Threw(var exception):
                    Fail(attempt, exception);
                    return;
                case BotRun.Late(var why):
                    Fail(attempt, why is null ? new TimeoutException($"ET1026: the bot did not finish within {node.Options.QueuedTurnDeadline}.") : new TurnUnavailableException(why));
                    return;
                default:
                    if (tenure.IsHeld)
                    {
                        // What another turn has made of the record is looked at by a write of our own, and this one runs again.
                        await tenure.CommitAsync([]);
                    }

                    break;
            }
        }
    }

    // A lease that was lost and won again is another one: the attempt is not this node's any more.
    private ConversationRecord? Ours(LeaseClaim claim) =>
        tenure.Held is { } record && record.Lease.Claim == claim && record.IsQueued(Identity) ? record : null;

    // Only who has said something waits for an answer.
    private Task<BotRun> RunBotAsync(Letter letter, ConversationRecord record, UserStates users)
    {
        var lost = tenure.Lost;
        return letter.Inbound.Activity.Type == ActivityTypes.Message
            ? new Heartbeat(letter.Ephemerals!, node).DuringAsync(RunAsync)
            : RunAsync();

        Task<BotRun> RunAsync() => bots.RunAsync(letter, key, record.State, record.Revision + 1, users, new(record), lost);
    }

    /// <summary>Commits the turn; false when another turn came first and this one must run again.</summary>
    private async Task<bool> IsSettledAsync(Operation.Turn turn, UserStates users, int attempt)
    {
        while (true)
        {
            switch (await tenure.CommitAsync([turn], users.Writes))
            {
                case CommitOutcome.Committed:
                    _isCommitted = true;
                    node.Log.QueuedTurnCommitted(key.Id);
                    return true;
                case CommitOutcome.TimedOut when tenure.IsHeld:
                    // In doubt: committed again it is done, or found to be done. That may take as long as the store is down.
                    LeavePlace();
                    break;
                case CommitOutcome.Refused(Refusal.OutboxFull, _) when tenure.IsHeld && !node.Stopping.IsCancellationRequested:
                    LeavePlace();
                    await node.DelayAsync(node.Jittered(node.Options.LeaseDuration), CancellationToken.None);
                    break;
                case CommitOutcome.Refused(Refusal.RevisionMoved or Refusal.UserStateMoved, _) moved:
                    node.Log.RunsAgain(key.Id, moved.Refusal);
                    await tenure.CommitAsync([]);
                    return false;
                case CommitOutcome.Refused(Refusal.TimersFull, _):
                    Fail(attempt, new InvalidOperationException($"ET1022: {node.Options.TimerCapacity} timers are scheduled in this conversation."));
                    return true;
                case CommitOutcome.TooLarge(var bytes, var most):
                    Fail(attempt, new InvalidOperationException($"ET1003: the turn would make the conversation record {bytes} bytes; at most {most} are allowed."));
                    return true;
                case CommitOutcome.Refused(var refusal, var found):
                    // The answer to a commit of ours may have been lost.
                    _isCommitted = refusal is Refusal.Duplicate && found.Record.Stamp == turn.Stamp;
                    await tenure.CommitAsync([]);
                    return true;
                default:
                    return true;
            }
        }
    }

    // First the letter, then the record without the activity: so it is never in neither.
    private async Task BuryAsync(int attempts, LeaseClaim claim)
    {
        JournalEntry[] journal = [.. tenure.Record.Journal.Where(entry => entry.Identity == Identity)];
        var letter = DeadLetter.Of(key, queued with { Attempts = attempts, Origin = _steps.Origin }, journal, _reason, node.Time.GetUtcNow());
        if (await deadLetters.TryPutAsync(letter))
        {
            if (await IsDoneAsync(new Operation.Bury(claim, Identity, journal.Length, node.Time.GetUtcNow())))
            {
                _ephemerals?.RunEnded([]);
                await (_ephemerals?.SettleAsync(isCommitted: true) ?? Task.CompletedTask);
            }
        }
        else
        {
            Wait();
        }
    }

    /// <summary>Commits an operation. What refuses it is looked at by a write of our own: a read alone proves nothing.</summary>
    private async Task<bool> IsDoneAsync(Operation operation)
    {
        var outcome = await tenure.CommitAsync([operation]);
        if (outcome is CommitOutcome.Refused && tenure.IsHeld)
        {
            await tenure.CommitAsync([]);
        }

        return outcome is CommitOutcome.Committed;
    }

    private InboundActivity Inbound() => new(queued.Activity, ActivityJson.Read(queued.Activity.Span))
    {
        User = queued.User,
        IsUnasked = _steps.Origin.IsUnasked,
    };

    // What cannot be read shows nothing: its attempts fail.
    private Ephemerals? NewEphemerals()
    {
        try
        {
            return new(Inbound(), key, node) { MayShow = () => tenure.IsHeld && tenure.Left > TimeSpan.Zero };
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Fail(int attempt, Exception exception)
    {
        node.Log.AttemptFailed(key.Id, attempt, exception);
        _reason = $"Attempt {attempt} failed: {exception.GetType().Name}: {exception.Message}";
        Wait();
    }

    private void Wait() => Pause = new Deadline(node.Time, node.Jittered(NodeContext.Backoff(FirstRetry, LongestRetry, _failures++)));
}
