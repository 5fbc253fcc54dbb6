using System.Security.Cryptography;
using System.Text.Json;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Everturn.DirectLine.Tokens;

/// <summary>The key that signs a bot's tokens. It is made once and lives in the store, so that every node accepts every token.</summary>
internal sealed class SigningKey(IStore store, IOptions<EverturnOptions> node, ILogger<SigningKey> logger)
{
    private const int KeyBytes = 32;

    private volatile SymmetricSecurityKey? _key;

    /// <exception cref="StoreUnavailableException">The store failed.</exception>
    public ValueTask<SymmetricSecurityKey> GetAsync(CancellationToken cancellationToken) =>
        _key is { } key ? new(key) : LoadOrCreateAsync(cancellationToken);

    private async ValueTask<SymmetricSecurityKey> LoadOrCreateAsync(CancellationToken cancellationToken)
    {
        var storeKey = StoreKey.Create(node.Value.Bot, DirectLineIds.Channel, "key", "signing");
        try
        {
            if (await store.LoadAsync(storeKey, cancellationToken) is not { } document)
            {
                var created = RandomNumberGenerator.GetBytes(KeyBytes);
                if ((await store.SaveAsync(storeKey, Write(created), expected: null, due: null)).IsSaved)
                {
                    logger.KeyCreated();
                    return Remember(created);
                }

                // Another node was first: its key is the bot's.
                document = await store.LoadAsync(storeKey, cancellationToken)
                    ?? throw new InvalidDataException("ET4027: The signing key exists but cannot be read yet.");
            }

            return Remember(Read(document.Content));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException("ET4026: The store did not answer.", exception);
        }
    }

    private SymmetricSecurityKey Remember(byte[] key) => _key = new SymmetricSecurityKey(key);

    private static byte[] Write(byte[] key) => JsonSerializer.SerializeToUtf8Bytes(
        new StoredSigningKey(1, key), SigningKeyJsonContext.Default.StoredSigningKey);

    private static byte[] Read(ReadOnlyMemory<byte> document) =>
        JsonSerializer.Deserialize(document.Span, SigningKeyJsonContext.Default.StoredSigningKey) is { Format: 1, Key: { Length: KeyBytes } key }
            ? key
            : throw new InvalidDataException("ET4027: The stored signing key has another format. Update this node, or delete the key: then all tokens end.");
}
