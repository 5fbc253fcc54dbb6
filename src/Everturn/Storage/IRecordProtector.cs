using System.Security.Cryptography;

namespace Everturn.Storage;

/// <summary>Encrypts what a bot keeps before it reaches the store, and decrypts it on the way back.</summary>
/// <remarks>
/// The key of the document belongs to what is authenticated: the bytes of one document must not be readable under the key of
/// another. Implementations are safe for concurrent use. See <see cref="StoreExtensions.ProtectedBy"/>.
/// </remarks>
public interface IRecordProtector
{
    /// <summary>Encrypts a document.</summary>
    /// <param name="key">The key under which it is stored.</param>
    /// <param name="content">The document, UTF-8 JSON.</param>
    byte[] Protect(string key, ReadOnlySpan<byte> content);

    /// <summary>Decrypts a document.</summary>
    /// <param name="key">The key under which it was found.</param>
    /// <param name="content">What <see cref="Protect"/> made of it.</param>
    /// <exception cref="CryptographicException">It was changed, comes from another key, or its encryption key is not known here.</exception>
    byte[] Unprotect(string key, ReadOnlySpan<byte> content);
}
