using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Everturn.Conversations;
using Everturn.Hosting;

namespace Everturn.Turns;

/// <summary>The external calls of one activity's turn, as this node remembers them across its runs.</summary>
internal sealed class Steps(ActivityIdentity identity, ConversationKey conversation, Committer committer, NodeContext node, ActivityIdentity? origin = null)
{
    public const int MaxNameLength = 128;
    public const int MaxResultBytes = 64 * 1024;

    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _results = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _journaled = new(StringComparer.Ordinal);
    private ConversationRecord? _ranOn;
    private bool _isCommitted;

    /// <summary>The lease under which the turn of a queued activity runs; null for a turn that has a caller.</summary>
    public LeaseClaim? Claim { get; set; }

    /// <summary>What its calls are known by outside: of a replayed dead letter the identity that it had at first.</summary>
    public ActivityIdentity Origin => origin ?? identity;

    /// <summary>Learns what any node has journaled of this turn.</summary>
    /// <param name="record">The record that the turn runs on now.</param>
    /// <param name="source">How this node knows it.</param>
    /// <param name="isCommitted">Whether the turn runs on this record as it is, and not on what other turns of its batch have made of it.</param>
    public void Adopt(ConversationRecord record, SnapshotSource source, bool isCommitted = true)
    {
        (_ranOn, _isCommitted) = (record, isCommitted);
        Learn(record, source);
    }

    // What a read shows may be a write in doubt: it is written again before it is used.
    private void Learn(ConversationRecord record, SnapshotSource source)
    {
        foreach (var entry in record.Journal.Where(entry => entry.Identity == identity))
        {
            _results[entry.Name] = entry.Result;
            if (source is SnapshotSource.Written)
            {
                _journaled[entry.Name] = true;
            }
        }
    }

    /// <summary>The same text for the same step of the same activity, on every node and in every run.</summary>
    public string KeyOf(string name)
    {
        ThrowIfInvalid(name);
        return Hash(name, Origin.Bytes.Span);
    }

    /// <summary>
    /// Names a stream of the turn, by their order, on every node and in every run. Replayed from dead letters it has another: to clients a
    /// stream that has ended is over for good.
    /// </summary>
    public string StreamKeyOf(int index) => Hash($"stream-{index}", [.. Origin.Bytes.Span, .. identity.Bytes.Span]);

    /// <summary>The result of the step: as remembered, or of the call that is made now.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="durability">How long to remember it.</param>
    /// <param name="call">Calls and returns UTF-8 JSON. What it throws is not remembered.</param>
    /// <param name="deadline">Until when the turn must be done.</param>
    /// <param name="over">Cancelled when the run is over: a call after that would be nobody's.</param>
    public Task<ReadOnlyMemory<byte>> OnceAsync(
        string name, StepDurability durability, Func<Task<ReadOnlyMemory<byte>>> call, Deadline deadline, CancellationToken over)
    {
        ThrowIfInvalid(name);
        return node.StepGuard is { } guard
            ? guard.StepAsync(name, () => RunAsync(name, durability, () => guard.CallAsync(name, call), deadline, over))
            : RunAsync(name, durability, call, deadline, over);
    }

    private async Task<ReadOnlyMemory<byte>> RunAsync(
        string name, StepDurability durability, Func<Task<ReadOnlyMemory<byte>>> call, Deadline deadline, CancellationToken over)
    {
        if (!_results.ContainsKey(name) && durability is StepDurability.Durable)
        {
            await LookAsync(name, deadline, over);
        }

        if (_results.TryGetValue(name, out var known))
        {
            node.Log.StepRemembered(conversation.Id, name);
            return durability is StepDurability.Durable && !_journaled.ContainsKey(name)
                ? _results[name] = await JournalAsync(name, known, deadline)
                : known;
        }

        over.ThrowIfCancellationRequested();
        var result = await call();
        if (result.Length > MaxResultBytes)
        {
            throw new InvalidOperationException(
                $"ET1023: step '{name}' returned {result.Length} bytes; at most {MaxResultBytes} are kept. Return less, for instance an id.");
        }

        // A run that was left behind may come late with its result: the first one stays.
        var first = _results.GetOrAdd(name, result);
        return durability is StepDurability.Durable && !_journaled.ContainsKey(name)
            ? _results[name] = await JournalAsync(name, first, deadline)
            : first;
    }

    // What the turn runs on may be an old record out of the cache: then another node may have made this call, and a run that is refused in
    // the end would make one that no turn needs. Behind other turns of a batch it waits until they are committed: it comes first in the next.
    private async Task LookAsync(string name, Deadline deadline, CancellationToken over)
    {
        if (!_isCommitted)
        {
            throw new TurnSupersededException();
        }

        var now = await ReadAsync(name, deadline, over);
        var isOurs = Claim is { } claim ? now.Record.Lease.Claim == claim && now.Record.IsQueued(identity) : !now.Record.Knows(identity);
        if (!isOurs || now.Record.Revision != _ranOn!.Revision || now.Record.Stamp != _ranOn.Stamp)
        {
            throw new TurnSupersededException();
        }

        Learn(now.Record, now.Source);
        var room = node.Options.MaxRecordBytes - Math.Min(MaxResultBytes, node.Options.MaxRecordBytes / 8);
        if (!_results.ContainsKey(name) && now.Bytes > room)
        {
            throw new InvalidOperationException(
                $"ET1003: step '{name}' was not called: the conversation record has {now.Bytes} bytes, and beyond {room} there may be no room for a result. Keep less in the state, or raise MaxRecordBytes.");
        }
    }

    private async Task<Snapshot> ReadAsync(string name, Deadline deadline, CancellationToken over)
    {
        for (var attempt = 0; ; attempt++)
        {
            over.ThrowIfCancellationRequested();
            try
            {
                using var patience = node.CancelAfter(deadline.Remaining);
                return await committer.ReadAsync(fresh: true, patience.Token);
            }
            catch (Exception exception)
            {
                node.Log.StoreFailed(conversation.Id, exception);
                if (deadline.HasPassed || exception is UnreadableRecordException)
                {
                    throw new TurnUnavailableException($"ET1024: whether step '{name}' has a result could not be read: {exception.Message}");
                }
            }

            await node.BackOffAsync(attempt, deadline);
        }
    }

    private async Task<ReadOnlyMemory<byte>> JournalAsync(string name, ReadOnlyMemory<byte> result, Deadline deadline)
    {
        var step = new Operation.Step(identity, name, result, _ranOn!.Stamp, Claim, node.Bounds, node.Time.GetUtcNow());
        CommitOutcome outcome;
        do
        {
            // Others commit in between: a queued turn may have a quarter of an hour.
            outcome = await committer.CommitAsync([step], deadline.AtMost(CommitPatience));
        }
        while (outcome is CommitOutcome.TimedOut && !deadline.HasPassed);

        switch (outcome)
        {
            case CommitOutcome.Committed(var snapshot):
                // The write that finds a result there leaves it, and makes it certain.
                var first = snapshot.Record.ResultOf(identity, name) ?? result;
                _journaled[name] = true;
                if (!first.Span.SequenceEqual(result.Span))
                {
                    node.Log.StepAdopted(conversation.Id, name);
                }

                return first;
            case CommitOutcome.Refused:
                throw new TurnSupersededException();
            case CommitOutcome.TooLarge(var bytes, var most):
                throw new InvalidOperationException(
                    $"ET1003: the result of step '{name}' would make the conversation record {bytes} bytes; at most {most} are allowed. Return less, or raise MaxRecordBytes.");
            default:
                throw new TurnUnavailableException($"ET1024: the result of step '{name}' could not be written in time: {outcome}");
        }
    }

    private string Hash(string name, ReadOnlySpan<byte> identity)
    {
        byte[] parts = [.. Encoding.UTF8.GetBytes($"{conversation.ToStoreKey()}\n{name}\n"), .. identity];
        return Convert.ToHexStringLower(SHA256.HashData(parts).AsSpan(0, 16));
    }

    private static void ThrowIfInvalid(string name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > MaxNameLength)
        {
            throw new ArgumentException($"ET1023: '{name}' is not a step's name; it must have 1 to {MaxNameLength} characters.", nameof(name));
        }
    }
}
