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

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<byte>> _results = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _journaled = new(StringComparer.Ordinal);
    private ConversationRecord? _ranOn;

    /// <summary>The lease under which the turn of a queued activity runs; null for a turn that has a caller.</summary>
    public LeaseClaim? Claim { get; set; }

    /// <summary>What its calls are known by outside: of a replayed dead letter the identity that it had at first.</summary>
    public ActivityIdentity Origin => origin ?? identity;

    /// <summary>Learns what any node has journaled of this turn.</summary>
    /// <param name="record">The record that the turn runs on now.</param>
    /// <param name="source">How this node knows it.</param>
    public void Adopt(ConversationRecord record, SnapshotSource source)
    {
        _ranOn = record;
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
    public Task<ReadOnlyMemory<byte>> OnceAsync(
        string name, StepDurability durability, Func<Task<ReadOnlyMemory<byte>>> call, Deadline deadline)
    {
        ThrowIfInvalid(name);
        return node.StepGuard is { } guard
            ? guard.StepAsync(name, () => RunAsync(name, durability, () => guard.CallAsync(name, call), deadline))
            : RunAsync(name, durability, call, deadline);
    }

    private async Task<ReadOnlyMemory<byte>> RunAsync(
        string name, StepDurability durability, Func<Task<ReadOnlyMemory<byte>>> call, Deadline deadline)
    {
        if (!_results.ContainsKey(name) && durability is StepDurability.Durable)
        {
            await LookAsync(name, deadline);
        }

        if (_results.TryGetValue(name, out var known))
        {
            node.Log.StepRemembered(conversation.Id, name);
            return durability is StepDurability.Durable && !_journaled.ContainsKey(name)
                ? _results[name] = await JournalAsync(name, known, deadline)
                : known;
        }

        var result = await call();
        if (result.Length > MaxResultBytes)
        {
            throw new InvalidOperationException(
                $"ET1023: step '{name}' returned {result.Length} bytes; at most {MaxResultBytes} are kept. Return less, for instance an id.");
        }

        _results[name] = result;
        return durability is StepDurability.Durable ? _results[name] = await JournalAsync(name, result, deadline) : result;
    }

    // What the turn runs on may be an old record out of the cache: then another node may have made this call, and a run that is refused in
    // the end would make one that no turn needs.
    private async Task LookAsync(string name, Deadline deadline)
    {
        Snapshot now;
        try
        {
            using var patience = node.CancelAfter(deadline.Remaining);
            now = await committer.ReadAsync(fresh: true, patience.Token);
        }
        catch (Exception exception)
        {
            node.Log.StoreFailed(conversation.Id, exception);
            throw new TurnUnavailableException($"ET1024: whether step '{name}' has a result could not be read: {exception.Message}");
        }

        var isOurs = Claim is { } claim ? now.Record.Lease.Claim == claim && now.Record.IsQueued(identity) : !now.Record.Knows(identity);
        if (!isOurs || now.Record.Revision != _ranOn!.Revision || now.Record.Stamp != _ranOn.Stamp)
        {
            throw new TurnSupersededException();
        }

        Learn(now.Record, now.Source);
    }

    private async Task<ReadOnlyMemory<byte>> JournalAsync(string name, ReadOnlyMemory<byte> result, Deadline deadline)
    {
        var step = new Operation.Step(identity, name, result, Claim, node.Bounds, node.Time.GetUtcNow());
        switch (await committer.CommitAsync([step], deadline))
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
            case var outcome:
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
