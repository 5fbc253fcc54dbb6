using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Files;

/// <summary>Keeps clients' files in the store that all nodes share, so that any node serves them.</summary>
internal sealed class FileStore(IStore store, IOptions<EverturnOptions> node, IOptions<DirectLineOptions> options)
{
    private const string Kind = "file";
    private const int IdLength = 22;
    private const int Listed = 16;

    /// <summary>A file's id: it follows from the content, so a repeated upload is the same file.</summary>
    public static string IdOf(StoredFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.ContentType)));
        hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file.Name)));
        hash.AppendData(file.Data);
        return Base64Url.EncodeToString(hash.GetHashAndReset().AsSpan(0, 16));
    }

    /// <summary>Whether this can be an id that <see cref="IdOf"/> made.</summary>
    public static bool IsId(string id) => id.Length == IdLength && Base64Url.IsValid(id);

    /// <summary>Whether so many more files may be kept for a conversation.</summary>
    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public async ValueTask<bool> HasRoomAsync(string conversation, int files, CancellationToken cancellationToken)
    {
        var limit = options.Value.MaxFilesPerConversation;
        var kept = await TryAsync(() => store.ListKeysAsync(Key(conversation, ""), after: null, limit, cancellationToken), cancellationToken);
        return kept.Count + files <= limit;
    }

    /// <exception cref="StoreUnavailableException">The store failed; the file may or may not be kept.</exception>
    public async ValueTask SaveAsync(string conversation, string id, StoredFile file)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(file, FileJsonContext.Default.StoredFile);
        // A failed precondition means that the very same file is kept already.
        await TryAsync(() => store.SaveAsync(Key(conversation, id), content, expected: null, due: null), CancellationToken.None);
    }

    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public async ValueTask<StoredFile?> LoadAsync(string conversation, string id, CancellationToken cancellationToken)
    {
        var document = await TryAsync(() => store.LoadAsync(Key(conversation, id), cancellationToken), cancellationToken);
        return document is null ? null : JsonSerializer.Deserialize(document.Content.Span, FileJsonContext.Default.StoredFile);
    }

    /// <summary>Deletes the files of a conversation.</summary>
    public Task EraseAsync(string conversation, CancellationToken cancellationToken) =>
        store.DeleteAllAsync(Key(conversation, ""), cancellationToken);

    /// <summary>Deletes some files of a conversation.</summary>
    public async Task EraseAsync(string conversation, IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        foreach (var key in ids.Select(id => Key(conversation, id)))
        {
            if (await store.LoadAsync(key, cancellationToken) is { } document)
            {
                await store.DeleteAsync(key, document.ETag);
            }
        }
    }

    /// <summary>The files of a conversation as they are stored, by their ids.</summary>
    public async IAsyncEnumerable<(string Id, ReadOnlyMemory<byte> Json)> ListAsync(
        string conversation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var prefix = Key(conversation, "");
        string? after = null;
        do
        {
            var keys = await store.ListKeysAsync(prefix, after, Listed, cancellationToken);
            foreach (var key in keys)
            {
                if (await store.LoadAsync(key, cancellationToken) is { } document)
                {
                    yield return (key[prefix.Length..], document.Content);
                }
            }

            after = keys.Count < Listed ? null : keys[^1];
        }
        while (after is not null);
    }

    private static async ValueTask<T> TryAsync<T>(Func<ValueTask<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("ET4026: The store did not answer.", exception);
        }
    }

    private string Key(string conversation, string id) =>
        StoreKey.Create(node.Value.Bot, DirectLineIds.Channel, Kind, $"{conversation}/{id}");
}
