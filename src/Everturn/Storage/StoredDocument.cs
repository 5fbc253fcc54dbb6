namespace Everturn.Storage;

/// <summary>A document as one read saw it: content and ETag belong together.</summary>
/// <param name="Content">The bytes that were saved. The reader must not change them.</param>
/// <param name="ETag">The version of these very bytes.</param>
public sealed record StoredDocument(ReadOnlyMemory<byte> Content, ETag ETag);
