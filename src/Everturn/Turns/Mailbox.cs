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
            await node.Budget.EnterAsync();
            try
            {
                await new TurnBatch(key, committer, node, bots, batch).RunAsync();
            }
            catch (Exception exception)
            {
                node.Log.MailboxFailed(key.Id, exception);
                batch.ForEach(letter => letter.Answer(new TurnOutcome.Unavailable(exception.Message, node.Options.LeaseDuration)));
            }
            finally
            {
                node.Budget.Leave();
            }

            batch.RemoveAll(letter => letter.IsAnswered);
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
