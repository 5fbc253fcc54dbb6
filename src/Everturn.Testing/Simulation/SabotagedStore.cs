using System.Text.Json.Nodes;
using Everturn.Conversations;
using Everturn.Storage;
using Everturn.Testing.VirtualTime;

namespace Everturn.Testing.Simulation;

/// <summary>Stands between an engine and its store and makes the engine behave as if it were broken.</summary>
internal sealed class SabotagedStore : IStore
{
    private readonly Sabotage _sabotage;
    private readonly IStore _inner;
    private readonly string _node;
    private readonly SimulatedChannel _channel;
    private string? _incarnation;

    private SabotagedStore(Sabotage sabotage, IStore inner, string node, SimulatedChannel channel)
    {
        _sabotage = sabotage;
        _inner = inner;
        _node = node;
        _channel = channel;
    }

    public static IStore Wrap(Sabotage sabotage, IStore inner, string node, SimulatedChannel channel, Scheduler scheduler) => sabotage
        is Sabotage.EngineSendsBeforeCommit or Sabotage.EngineRetriesUnknownBlindly or Sabotage.EngineWritesImageBack
        or Sabotage.EngineForgetsInbox or Sabotage.EngineForgetsJournal or Sabotage.EngineIgnoresTerm or Sabotage.EngineTrustsReads or Sabotage.EngineNeverRecovers
        ? new SabotagedStore(sabotage, inner, node, channel)
        : inner;

    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        var document = await _inner.LoadAsync(key, cancellationToken);
        if (_sabotage is not Sabotage.EngineIgnoresTerm || !NewerFormat.IsRecord(key) || document is null || _incarnation is null)
        {
            return document;
        }

        // Whoever tends the conversation now, this node goes on believing that it does.
        var record = NewerFormat.Parse(document.Content);
        return record.Lease.Owner is null
            ? document
            : document with { Content = RecordFormat.Write(record with { Lease = record.Lease with { Owner = _incarnation } }) };
    }

    public async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        switch (NewerFormat.IsRecord(key) ? _sabotage : Sabotage.None)
        {
            case Sabotage.EngineSendsBeforeCommit:
                foreach (var row in NewerFormat.Parse(content).Outbox.Where(row => row.User is null))
                {
                    _ = ConversationKey.TryParse(key, out var conversation);
                    _channel.Arrive(conversation.Id, row, _node, answerLost: false);
                }

                break;
            case Sabotage.EngineForgetsJournal:
                content = RecordFormat.Write(NewerFormat.Parse(content) with { Journal = [] });
                break;
            case Sabotage.EngineForgetsInbox:
                var record = JsonNode.Parse(content.Span)!;
                record["inbox"]!["entries"] = "";
                content = System.Text.Encoding.UTF8.GetBytes(record.ToJsonString());
                break;
            case Sabotage.EngineIgnoresTerm when NewerFormat.Parse(content).Lease.Owner is { } owner && owner.StartsWith(_node + "#", StringComparison.Ordinal):
                _incarnation = owner;
                break;
            case Sabotage.EngineTrustsReads when await IsWitnessAsync(key, content, expected):
                return new SaveResult(expected);
        }

        try
        {
            var saved = await _inner.SaveAsync(key, content, expected, due);
            return saved.IsSaved || _sabotage is not Sabotage.EngineWritesImageBack ? saved : await SaveAnewAsync(key, content, due);
        }
        catch (IOException) when (_sabotage is Sabotage.EngineRetriesUnknownBlindly)
        {
            return await SaveAnewAsync(key, content, due);
        }
    }

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => _inner.DeleteAsync(key, expected);

    public async ValueTask<IReadOnlyList<string>> ListDueAsync(string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        _sabotage is Sabotage.EngineNeverRecovers ? [] : await _inner.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        _inner.ListKeysAsync(prefix, after, limit, cancellationToken);

    private async Task<SaveResult> SaveAnewAsync(string key, ReadOnlyMemory<byte> content, DateTimeOffset? due)
    {
        var current = await _inner.LoadAsync(key, CancellationToken.None);
        return await _inner.SaveAsync(key, content, current?.ETag, due);
    }

    // A write that changes nothing but makes what was read certain.
    private async Task<bool> IsWitnessAsync(string key, ReadOnlyMemory<byte> content, ETag? expected) =>
        await _inner.LoadAsync(key, CancellationToken.None) is { } current && current.ETag == expected && current.Content.Span.SequenceEqual(content.Span);
}
