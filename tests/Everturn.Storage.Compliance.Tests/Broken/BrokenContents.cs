using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Everturn.Storage.Compliance.Tests;

public sealed class HandsOutItsBuffer : SoundStore
{
    protected override ReadOnlyMemory<byte> Out(byte[] content) => content;
}

public sealed class KeepsTheCallersBuffer : SoundStore
{
    protected override byte[] In(ReadOnlyMemory<byte> content) =>
        MemoryMarshal.TryGetArray(content, out var whole) && whole.Count == whole.Array!.Length ? whole.Array : content.ToArray();
}

// Two reads make one document: bytes from the first, the ETag from the second.
public sealed class ETagOfAnotherRead : SoundStore
{
    public override async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
    {
        var first = await base.LoadAsync(key, cancellationToken);
        await Task.Yield();
        var second = await base.LoadAsync(key, cancellationToken);
        return first is null || second is null ? second : first with { ETag = second.ETag };
    }
}

// What a column of parsed JSON does.
public sealed class TidiesJson : SoundStore
{
    protected override byte[] In(ReadOnlyMemory<byte> content)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(JsonElement.Parse(content.Span));
        }
        catch (JsonException)
        {
            return content.ToArray();
        }
    }
}

public sealed class CutsAt64KiB : SoundStore
{
    protected override byte[] In(ReadOnlyMemory<byte> content) => content[..Math.Min(content.Length, 65_535)].ToArray();
}

public sealed class FoldsCase : SoundStore
{
    protected override string Stored(string key) => key.ToUpperInvariant();
}

public sealed class TrimsKeys : SoundStore
{
    protected override string Stored(string key) => key.TrimEnd();
}

public sealed class NormalizesKeys : SoundStore
{
    protected override string Stored(string key) => key.Normalize(NormalizationForm.FormC);
}

// Well-formed or not, the key becomes UTF-8 with replacement characters.
public sealed class TakesAnyKey : SoundStore
{
    public override ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) =>
        StoreKey.IsValid(key) ? base.LoadAsync(key, cancellationToken) : new((StoredDocument?)null);
}
