using Everturn.Storage.CosmosDb.Administration;
using Everturn.Storage.CosmosDb.Items;
using Everturn.Storage.CosmosDb.Listing;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.CosmosDb;

/// <summary>Documents in one container of Azure Cosmos DB (API for NoSQL), an item each. See docs/stores.md for what it keeps and what it costs.</summary>
/// <remarks>
/// Account and container are looked at, and the container is made when it is missing, by <see cref="OpenAsync"/> or by the
/// first operation. While that fails every operation does, and each tries again.
/// </remarks>
public sealed class CosmosDbStore : IStore, IStoreAdmin, IDisposable
{
    private readonly CosmosClient _client;
    private readonly Container _container;
    private readonly Opening _opening;
    private readonly Opening _making;
    private readonly Inspection _inspection;
    private readonly ItemListing _listing;
    private readonly TimeSpan _timeout;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private Task? _open;

    /// <summary>Names the container; nothing is asked of it yet.</summary>
    /// <param name="options">Where the items are, and the settings.</param>
    /// <param name="logger">Where troubles are told that no caller sees.</param>
    /// <exception cref="OptionsValidationException">The options are invalid (ET2309).</exception>
    public CosmosDbStore(CosmosDbStoreOptions options, ILogger<CosmosDbStore>? logger = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ThrowIfInvalid();
        _logger = logger ?? NullLogger<CosmosDbStore>.Instance;
        _timeout = options.Timeout;
        _client = Account.Connect(options);
        _container = _client.GetContainer(options.Database, options.Container);
        Name = $"{_client.Endpoint.GetLeftPart(UriPartial.Authority)}/{options.Database}/{options.Container}";
        _opening = new Opening(_client, options, options.CreateContainer, Name, _logger);
        _making = new Opening(_client, options, createContainer: true, Name, _logger);
        _listing = new ItemListing(_container, Name, _logger);
        _inspection = new Inspection(_client, _container, _listing, Name);
    }

    /// <summary>The account's address, the database and the container.</summary>
    public string Name { get; }

    /// <summary>Looks whether account and container can be used, and makes the container when it is missing and that is allowed. Again after success it does nothing.</summary>
    /// <exception cref="CosmosDbStoreException">They cannot be used; the message names the cure.</exception>
    public Task OpenAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            // One look is shared by all who wait, so no caller's token ends it; and one that failed is not remembered.
            if (_open is null or { IsFaulted: true } or { IsCanceled: true }) _open = _opening.RunAsync();
            return _open.IsCompletedSuccessfully ? Task.CompletedTask : _open.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc />
    public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        ThrowIfInvalid(key);
        cancellationToken.ThrowIfCancellationRequested();
        await OpenAsync(cancellationToken);
        var operation = $"Loading '{key}'";
        var id = ItemId.Of(key);
        return await AskAsync(operation, async token =>
        {
            using var answer = await _container.ReadItemStreamAsync(id, new PartitionKey(id), cancellationToken: token);
            StoreLog.Charged(_logger, operation, answer.Headers.RequestCharge);
            if (CosmosErrors.IsMissing(answer)) return null;
            if (!answer.IsSuccessStatusCode) throw CosmosErrors.Create(answer, operation, Name);
            return await Item.ReadAsync(answer.Content, answer.Headers.ETag, token)
                ?? throw new CosmosDbStoreException("ET2310", $"{operation} in {Name}: its item was written by another program. "
                    + "Give Everturn a container of its own, and restore or delete this item.");
        }, cancellationToken);
    }

    /// <inheritdoc />
    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        SaveAsync(key, content, expected, due, timeToLive: null);

    /// <inheritdoc />
    public async ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        ThrowIfInvalid(key);
        if (!ItemVersion.TryGetCondition(expected, out var match)) return false;
        await OpenAsync();
        var id = ItemId.Of(key);
        return await WriteAsync(
            $"Deleting '{key}'",
            token => _container.DeleteItemStreamAsync(id, new PartitionKey(id), new ItemRequestOptions { IfMatchEtag = match }, token)) is not null;
    }

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync("Listing what is due", token => _listing.DueAsync(scope, now, after, limit, token), limit, cancellationToken);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        ListAsync("Listing keys", token => _listing.KeysAsync(prefix, after, limit, token), limit, cancellationToken);

    /// <inheritdoc />
    /// <remarks>Makes database and container, whatever <see cref="CosmosDbStoreOptions.CreateContainer"/> says.</remarks>
    /// <exception cref="CosmosDbStoreException">It could not be done; the message names the cure.</exception>
    public Task InitAsync(CancellationToken cancellationToken) => _making.RunAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    /// <exception cref="CosmosDbStoreException">The account does not answer or must not be used.</exception>
    public Task<StoreCheck> CheckAsync(CancellationToken cancellationToken) =>
        AskAsync("Checking the account", _inspection.CheckAsync, cancellationToken);

    /// <inheritdoc />
    /// <remarks>It asks the index, and cannot tell the bytes.</remarks>
    /// <exception cref="CosmosDbStoreException">The account does not answer, or there is no container.</exception>
    public async Task<StoreStats> StatsAsync(CancellationToken cancellationToken)
    {
        try
        {
            // As long as it takes: the time limit is that of a single document.
            return await _inspection.CountAsync(cancellationToken);
        }
        catch (Exception error) when (IsCosmosDbs(error, cancellationToken))
        {
            throw CosmosErrors.Create(error, "Counting the documents", Name);
        }
    }

    /// <summary>Closes the connections. Writes under way may still happen.</summary>
    public void Dispose() => _client.Dispose();

    /// <summary>Saves a document that Cosmos DB removes by itself after a while: a tombstone. Without a time it stays.</summary>
    internal async ValueTask<SaveResult> SaveAsync(
        string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due, TimeSpan? timeToLive)
    {
        ThrowIfInvalid(key);
        var id = ItemId.Of(key);
        var stamp = ItemVersion.NewStamp();
        var item = Item.Write(id, key, stamp, content, due, timeToLive);
        if (item.Length > Item.MaxBytes)
        {
            throw new ArgumentException($"ET2306: the document '{key}' has {content.Length:N0} bytes, as an item {item.Length:N0}; Cosmos DB takes at most "
                + $"{Item.MaxBytes:N0}. Keep less in it, or set MaxRecordBytes to at most {Item.MaxBytes / 4 * 3 / 1024 * 1024:N0}.", nameof(content));
        }

        var match = "";
        if (expected is { } etag && !ItemVersion.TryGetCondition(etag, out match)) return SaveResult.PreconditionFailed;
        await OpenAsync();
        var saved = await WriteAsync($"Saving '{key}'", async token =>
        {
            using var body = new MemoryStream(item.ToArray(), writable: false);
            return expected is null
                ? await _container.CreateItemStreamAsync(body, new PartitionKey(id), cancellationToken: token)
                : await _container.ReplaceItemStreamAsync(body, id, new PartitionKey(id), new ItemRequestOptions { IfMatchEtag = match }, token);
        });
        return saved is null ? SaveResult.PreconditionFailed : new SaveResult(ItemVersion.Join(saved, stamp));
    }

    // The new ETag, or null when the item was not at the expected version.
    private Task<string?> WriteAsync(string operation, Func<CancellationToken, Task<ResponseMessage>> write) => AskAsync(operation, async token =>
    {
        using var answer = await write(token);
        StoreLog.Charged(_logger, operation, answer.Headers.RequestCharge);
        if (answer.IsSuccessStatusCode) return answer.Headers.ETag ?? "";
        if (!CosmosErrors.IsConflict(answer)) throw CosmosErrors.Create(answer, operation, Name);
        // The client repeats some failures by itself. If the first request took effect and its answer was lost, the second is
        // refused because of it: such a refusal says nothing.
        if (!Repeats.WasSentOnce(answer))
        {
            throw new CosmosDbStoreException("ET2301", $"{operation} in {Name}: an answer was lost, and the repeated request was refused; whether the first one took effect is unknown.");
        }

        return null;
    }, CancellationToken.None);

    private async ValueTask<IReadOnlyList<string>> ListAsync(
        string operation, Func<CancellationToken, Task<IReadOnlyList<string>>> list, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        cancellationToken.ThrowIfCancellationRequested();
        await OpenAsync(cancellationToken);
        return await AskAsync(operation, list, cancellationToken);
    }

    // The time limit ends the client's waiting and repeating; a request that is on its way goes on, and its outcome is unknown.
    private async Task<T> AskAsync<T>(string operation, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_timeout);
        try
        {
            return await ask(patience.Token);
        }
        catch (Exception error) when (IsCosmosDbs(error, cancellationToken))
        {
            throw CosmosErrors.Create(error, operation, Name);
        }
    }

    // What the client throws by itself: failures, and its own time limit (a cancellation that nobody asked for).
    private static bool IsCosmosDbs(Exception error, CancellationToken cancellationToken) =>
        error is not CosmosDbStoreException && !(error is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static void ThrowIfInvalid(string key)
    {
        if (!StoreKey.IsValid(key)) throw new ArgumentException($"ET1001: '{key}' is not a valid key.", nameof(key));
    }
}
