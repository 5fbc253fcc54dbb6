using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Turns;

/// <summary>The activities that wait for their turn in one conversation on this node, run in order and committed in batches.</summary>
/// <remarks>While a commit is in flight, what arrives waits and is then run as one batch with one commit.</remarks>
internal sealed class Mailbox(ConversationKey key, Committer committer, NodeContext node, IBotRunner bots)
{
    private const int MaxBatch = 32;

    private readonly Lock _lock = new();
    private readonly Queue<Letter> _waiting = [];
    private bool _running;

    /// <summary>Puts a letter behind the others; false when the box is full.</summary>
    /// <param name="letter">The activity.</param>
    /// <param name="mustRun">Whether the caller must call <see cref="RunAsync"/>.</param>
    public bool TryPost(Letter letter, out bool mustRun)
    {
        lock (_lock)
        {
            mustRun = false;
            if (_waiting.Count >= node.Options.MailboxCapacity)
            {
                return false;
            }

            _waiting.Enqueue(letter);
            mustRun = !_running;
            _running = true;
            return true;
        }
    }

    /// <summary>Runs what waits until nothing does.</summary>
    public async Task RunAsync()
    {
        var batch = new List<Letter>();
        while (TakeMore(batch))
        {
            using var place = node.Budget.Batches.Take();
            if (!await HasPlaceAsync(place, batch))
            {
                continue;
            }

            try
            {
                await new TurnBatch(key, committer, node, bots, batch).RunAsync();
            }
            catch (Exception exception)
            {
                node.Log.MailboxFailed(key.Id, exception);
                batch.ForEach(letter => letter.Answer(new TurnOutcome.Unavailable(exception.Message, node.Options.LeaseDuration)));
            }

            batch.RemoveAll(letter => letter.IsAnswered);
        }
    }

    /// <summary>Waits for a place, and answers those whose time is over meanwhile; false when nobody is left.</summary>
    private async Task<bool> HasPlaceAsync(TurnPlace place, List<Letter> batch)
    {
        while (!place.Taken.IsCompleted)
        {
            if (First(batch) is not { } first)
            {
                return false;
            }

            using var awake = new CancellationTokenSource();
            var nap = node.DelayAsync(first.Deadline.Remaining, awake.Token);
            if (await Task.WhenAny(place.WaitAsync(), nap) == nap)
            {
                AnswerLate(batch);
            }
            else
            {
                awake.Cancel();
            }
        }

        return true;
    }

    // They came in order and have the same patience.
    private Letter? First(List<Letter> batch)
    {
        lock (_lock)
        {
            return batch.FirstOrDefault() ?? _waiting.FirstOrDefault();
        }
    }

    private void AnswerLate(List<Letter> batch)
    {
        var reason = $"ET1008: no commit within {node.Options.TurnDeadline.TotalSeconds:0.#} s: {node.Options.MaxConcurrentTurns} other conversations ran turns on this node.";
        while (First(batch) is { Deadline.HasPassed: true } late)
        {
            if (!batch.Remove(late))
            {
                lock (_lock)
                {
                    _waiting.Dequeue();
                }
            }

            node.Log.GivenUp(key.Id, reason);
            late.Answer(new TurnOutcome.Unavailable(reason, node.Options.LeaseDuration));
        }
    }

    // What a batch could not take goes first in the next.
    private bool TakeMore(List<Letter> batch)
    {
        lock (_lock)
        {
            while (batch.Count < MaxBatch && _waiting.TryDequeue(out var letter))
            {
                batch.Add(letter);
            }

            return _running = batch.Count > 0;
        }
    }
}
