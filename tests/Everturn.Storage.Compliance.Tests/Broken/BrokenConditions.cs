using System.Globalization;
using System.Security.Cryptography;

namespace Everturn.Storage.Compliance.Tests;

public sealed class IgnoresIfMatch : SoundStore
{
    protected override bool Matches(ETag? current, ETag? expected) => expected is null ? current is null : current is not null;
}

public sealed class MissingETagOverwrites : SoundStore
{
    protected override bool Matches(ETag? current, ETag? expected) => expected is null || current == expected;
}

public sealed class UpdateCreates : SoundStore
{
    protected override bool Matches(ETag? current, ETag? expected) => current is null || current == expected;
}

public sealed class DeleteIgnoresETag : SoundStore
{
    protected override bool MatchesForDelete(ETag current, ETag expected) => true;
}

// Counts per document, and begins again when the document does: a writer from the former life gets in.
public sealed class CountingETags : SoundStore
{
    protected override ETag NewETag(string key, ReadOnlyMemory<byte> content)
    {
        var last = Items.TryGetValue(key, out var item) ? int.Parse(item.ETag.Value.Split(':')[1], CultureInfo.InvariantCulture) : 0;
        return new(string.Create(CultureInfo.InvariantCulture, $"{key}:{last + 1}"));
    }
}

public sealed class ContentHashesAsETags : SoundStore
{
    protected override ETag NewETag(string key, ReadOnlyMemory<byte> content) =>
        new(key + Convert.ToHexString(SHA256.HashData(content.Span)));
}

public sealed class RefusedWriteMovesDue : SoundStore
{
    protected override void OnRefused(string key, Shelf.Item? current, DateTimeOffset? due)
    {
        if (current is not null) Items[key] = current with { Due = due };
    }
}

// Checks and writes in two steps, as a store does that reads and then replaces without If-Match.
public sealed class ChecksThenWrites : SoundStore
{
    public override async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        var current = await LoadAsync(key, CancellationToken.None);
        if (current?.ETag != expected) return SaveResult.PreconditionFailed;
        await Task.Yield();
        lock (Shelf.Lock)
        {
            Items[key] = new(content.ToArray(), NewETag(key, content), due);
            return new(Items[key].ETag);
        }
    }
}

// The same for deletes: what was updated between the look and the deed is deleted all the same.
public sealed class ChecksThenDeletes : SoundStore
{
    public override async ValueTask<bool> DeleteAsync(string key, ETag expected)
    {
        if ((await LoadAsync(key, CancellationToken.None))?.ETag != expected) return false;
        await Task.Delay(1);
        lock (Shelf.Lock) return Items.Remove(key);
    }
}

// A group commit that answers a whole group with its first member's result.
public sealed class AnswersForTheGroup : SoundStore
{
    private readonly Lock _group = new();
    private Task<SaveResult>? _answer;

    public override async ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due)
    {
        var own = await base.SaveAsync(key, content, expected, due);
        Task<SaveResult> answer;
        lock (_group) answer = _answer ??= FirstOfGroupAsync(own);
        var first = await answer;
        return first.IsSaved == own.IsSaved ? own : first;
    }

    private async Task<SaveResult> FirstOfGroupAsync(SaveResult first)
    {
        await Task.Delay(1);
        lock (_group) _answer = null;
        return first;
    }
}
