using System.Globalization;
using Everturn.Conversations;
using Everturn.Hosting;
using Everturn.Users;

namespace Everturn.Turns;

/// <summary>Some activities of one conversation, run one after the other and committed by one write.</summary>
/// <remarks>
/// Every letter of the batch is answered in the end, but for those that did not fit any more: they stay unanswered and
/// come first in the next batch.
/// </remarks>
internal sealed class TurnBatch(
    ConversationKey key, Committer committer, NodeContext node, IBotRunner bots, IReadOnlyList<Letter> letters)
{
    private static readonly TimeSpan MaxRunning = TimeSpan.FromMilliseconds(250);

    private bool _alone;

    public async Task RunAsync()
    {
        var mustRead = false;
        var reason = "the node was busy";
        for (var attempt = 0; ; attempt++)
        {
            var waiting = AnswerLate(reason);
            if (waiting.Length == 0)
            {
                return;
            }

            var deadline = waiting.MaxBy(letter => letter.Deadline.Remaining)!.Deadline;
            Snapshot snapshot;
            var cached = committer.Cached;
            try
            {
                using var patience = node.CancelAfter(deadline.Remaining);
                snapshot = await committer.ReadAsync(mustRead, patience.Token);
            }
            catch (UnreadableRecordException exception)
            {
                // Another node, of a newer version perhaps, can take it; this one never will.
                Array.ForEach(waiting, letter => GiveUp(letter, exception.Message));
                return;
            }
            catch (Exception exception)
            {
                node.Log.StoreFailed(key.Id, exception);
                reason = $"the store failed: {exception.Message}";
                await node.BackOffAsync(attempt, deadline);
                continue;
            }

            var (known, news) = Split(waiting, snapshot.Record);
            Array.ForEach(known, letter => letter.IsOwnCommit = letter.Stamp == snapshot.Record.Stamp);
            var users = new UserStates(snapshot.Record, node);
            var runs = await RunAllAsync(news, snapshot, users);
            var outcome = await CommitAsync(snapshot, known.Length > 0, runs, users, deadline);
            switch (outcome)
            {
                case null when ReferenceEquals(snapshot, cached) && !mustRead && runs.Exists(run => run.Result is BotRun.Threw):
                    // All threw, and no commit proves that the state was current: fail only on what the store has.
                    mustRead = true;
                    continue;
                case null or CommitOutcome.Committed:
                    AnswerRuns(runs);
                    if (AnswerKnown(known, outcome is CommitOutcome.Committed(var written) ? written : snapshot))
                    {
                        return;
                    }

                    reason = "the store lost a write that it had shown";
                    break;
                case CommitOutcome.Refused(Refusal.InboxFull or Refusal.OutboxFull or Refusal.QueueFull or Refusal.TimersFull, _) refused when _alone || runs.Count == 1:
                    AnswerFull(refused.Refusal, runs);
                    return;
                case CommitOutcome.TooLarge(var bytes, var most) when _alone || runs.Count(run => run.Result is BotRun.Ran or BotRun.Queued) == 1:
                    AnswerTooLarge(runs, bytes, most);
                    return;
                case CommitOutcome.TooLarge or CommitOutcome.Refused(Refusal.InboxFull or Refusal.OutboxFull or Refusal.QueueFull or Refusal.TimersFull, _):
                    _alone = true;
                    break;
                case CommitOutcome.Refused(var refusal, _):
                    node.Log.RunsAgain(key.Id, refusal);
                    break;
                case CommitOutcome.Unreadable(var cause):
                    Array.ForEach(waiting, letter => GiveUp(letter, cause));
                    return;
                case CommitOutcome.TimedOut(var why):
                    reason = why;
                    break;
            }

            mustRead = false;
            await node.BackOffAsync(attempt, deadline);
        }
    }

    /// <summary>Answers those whose time is over, and returns the others.</summary>
    private Letter[] AnswerLate(string reason)
    {
        foreach (var letter in letters.Where(letter => !letter.IsAnswered && letter.Deadline.HasPassed))
        {
            GiveUp(letter, string.Create(CultureInfo.InvariantCulture, $"ET1008: no commit within {node.Options.TurnDeadline.TotalSeconds:0.#} s: {reason.TrimEnd('.')}."));
        }

        return [.. letters.Where(letter => !letter.IsAnswered)];
    }

    // The second letter with the same identity waits for the next round, which finds the first in the inbox.
    private static (Letter[] Known, Letter[] News) Split(IReadOnlyList<Letter> waiting, ConversationRecord record)
    {
        var known = waiting.Where(letter => record.Knows(letter.Identity)).ToArray();
        return (known, [.. waiting.Except(known).DistinctBy(letter => letter.Identity)]);
    }

    private async Task<List<(Letter Letter, BotRun Result)>> RunAllAsync(IReadOnlyList<Letter> news, Snapshot snapshot, UserStates users)
    {
        var runs = new List<(Letter Letter, BotRun Result)>();
        var running = new Deadline(node.Time, MaxRunning);
        var earlier = new EarlierActivities(snapshot.Record);
        var (state, revision) = (snapshot.Record.State, snapshot.Record.Revision);
        var (inboxRoom, outboxRoom, bytesRoom) = (node.Options.InboxCapacity / 2, node.Options.OutboxCapacity / 2, node.Options.MaxRecordBytes / 2);
        foreach (var letter in news)
        {
            if (runs.Count > 0 && (_alone || running.HasPassed || inboxRoom <= 0 || outboxRoom <= 0 || bytesRoom <= 0 || !users.HasRoom))
            {
                break;
            }

            if (node.Options.Queued)
            {
                runs.Add((letter, new BotRun.Queued()));
                bytesRoom -= letter.Inbound.Json.Length * (letter.Inbound.Echo ? 2 : 1);
                continue;
            }

            letter.Runs++;
            letter.Steps ??= new(letter.Identity, key, committer, node);
            letter.Steps.Adopt(snapshot.Record, snapshot.Source, isCommitted: revision == snapshot.Record.Revision);
            letter.Ephemerals ??= new(letter.Inbound, key, node);
            var run = await bots.RunAsync(letter, key, state, revision + 1, users, earlier);
            runs.Add((letter, run));
            if (run is BotRun.Ran ran)
            {
                (state, revision) = (ran.State, revision + 1);
                inboxRoom--;
                outboxRoom -= ran.Effect.Rows.Length;
                bytesRoom -= ran.Effect.Rows.Sum(row => row.Activity.Length) + (ran.Effect.Answer?.Body.Length ?? 0);
            }
            else if (run is BotRun.Superseded)
            {
                // It comes first in the next batch, and what came after it stays behind it.
                break;
            }
        }

        return runs;
    }

    /// <summary>Commits what ran. Null when there is nothing to commit.</summary>
    private async Task<CommitOutcome?> CommitAsync(
        Snapshot snapshot, bool anyKnown, List<(Letter Letter, BotRun Result)> runs, UserStates users, Deadline deadline)
    {
        var ran = runs.Select(run => run.Result).OfType<BotRun.Ran>().ToArray();
        if (ran.Length > 0)
        {
            var turn = node.Turn(snapshot.Record, [.. ran.Select(run => run.Effect)], ran[^1].State);
            runs.ForEach(run => run.Letter.Stamp = run.Result is BotRun.Ran ? turn.Stamp : null);
            return await committer.CommitAsync([turn], deadline, users.Writes);
        }

        if (runs.Exists(run => run.Result is BotRun.Queued))
        {
            return await committer.CommitAsync([.. runs.Select(run => AcceptOperation(run.Letter))], deadline);
        }

        // What a read shows may be a write still in doubt. It counts once a later write is acknowledged.
        return anyKnown && snapshot.Source is SnapshotSource.Read
            ? await committer.CommitAsync([], deadline)
            : null;
    }

    private Operation.Accept AcceptOperation(Letter letter) => new(
        letter.Identity,
        letter.Inbound.Json,
        letter.Inbound.User,
        letter.Inbound.Echo ? node.Options.Node : null,
        node.Incarnation,
        node.Options.LeaseDuration,
        node.Bounds,
        node.Time.GetUtcNow())
    {
        Member = Membership.Of(letter.Inbound),
    };

    /// <summary>Answers what had been processed before; false when something of it is not there any more and must run.</summary>
    /// <param name="known">What a read showed in the inbox.</param>
    /// <param name="certain">The record as this node's own write has left it: only what is in there counts.</param>
    private bool AnswerKnown(Letter[] known, Snapshot certain)
    {
        foreach (var letter in known.Where(letter => certain.Record.Knows(letter.Identity)))
        {
            node.Log.DuplicateAnswered(key.Id);
            letter.Answer(node.Options.Queued || certain.Record.IsQueued(letter.Identity)
                ? new TurnOutcome.Queued(IsDuplicate: true)
                : new TurnOutcome.Committed(certain.Record.Inbox.AnswerTo(letter.Identity), IsDuplicate: true));
        }

        return known.All(letter => letter.IsAnswered);
    }

    private void AnswerRuns(List<(Letter Letter, BotRun Result)> runs)
    {
        node.Log.BatchCommitted(runs.Count(run => run.Result is BotRun.Ran), key.Id, runs.Count(run => run.Result is not BotRun.Ran and not BotRun.Queued));

        foreach (var (letter, run) in runs)
        {
            switch (run)
            {
                case BotRun.Ran(var effect, _):
                    letter.Answer(new TurnOutcome.Committed(effect.Answer, IsDuplicate: false));
                    break;
                case BotRun.Queued:
                    letter.Answer(new TurnOutcome.Queued(IsDuplicate: false));
                    break;
                case BotRun.Superseded:
                    // The next batch finds it in the inbox, or runs on what the step has read.
                    break;
                case BotRun.Late(var why):
                    GiveUp(letter, why ?? string.Create(CultureInfo.InvariantCulture, $"ET1008: the bot did not finish within {node.Options.TurnDeadline.TotalSeconds:0.#} s."));
                    break;
                case BotRun.Threw(var exception):
                    node.Log.BotFailed(key.Id, exception);
                    letter.Answer(new TurnOutcome.Failed(exception));
                    break;
            }
        }
    }

    private void AnswerFull(Refusal refusal, List<(Letter Letter, BotRun Result)> runs)
    {
        var full = refusal switch
        {
            Refusal.InboxFull => string.Create(
                CultureInfo.InvariantCulture,
                $"ET1009: the conversation has processed {node.Options.InboxCapacity} activities within {node.Options.InboxRetention.TotalMinutes:0.#} min"),
            Refusal.OutboxFull => $"ET1010: {node.Options.OutboxCapacity} activities wait for delivery in this conversation",
            Refusal.QueueFull => $"ET1020: {node.Options.QueueCapacity} activities wait in the queue of this conversation",
            _ => $"ET1022: {node.Options.TimerCapacity} timers are scheduled in this conversation",
        };
        foreach (var (letter, _) in runs)
        {
            GiveUp(letter, $"{full}. Send it again later.");
        }
    }

    private void GiveUp(Letter letter, string reason)
    {
        node.Log.GivenUp(key.Id, reason);
        letter.Answer(new TurnOutcome.Unavailable(reason, node.Options.LeaseDuration));
    }

    private void AnswerTooLarge(List<(Letter Letter, BotRun Result)> runs, int bytes, int most)
    {
        var tooLarge = $"ET1003: the turn would make the conversation record {bytes} bytes; at most {most} are allowed. Keep less in the state, or raise MaxRecordBytes.";
        foreach (var (letter, run) in runs)
        {
            switch (run)
            {
                case BotRun.Queued:
                    GiveUp(letter, $"ET1003: the queue would make the conversation record {bytes} bytes; at most {most} are allowed. Send it again later.");
                    break;
                case BotRun.Ran:
                    letter.Answer(new TurnOutcome.Failed(new InvalidOperationException(tooLarge)));
                    break;
                case BotRun.Threw(var exception):
                    letter.Answer(new TurnOutcome.Failed(exception));
                    break;
                default:
                    // It runs again, alone or in the next batch.
                    break;
            }
        }
    }
}
