using System.Text.RegularExpressions;

namespace Everturn.Storage.Compliance.Tests;

public sealed class KeepsTheFirstDue : SoundStore
{
    protected override DateTimeOffset? NewDue(Shelf.Item? current, DateTimeOffset? due) => current is null ? due : current.Due;
}

public sealed class NeverClearsDue : SoundStore
{
    protected override DateTimeOffset? NewDue(Shelf.Item? current, DateTimeOffset? due) => due ?? current?.Due;
}

public sealed class ComparesLocalTimes : SoundStore
{
    public override ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        base.ListDueAsync(scope, new DateTimeOffset(now.DateTime, TimeSpan.Zero), after, limit, cancellationToken);

    protected override DateTimeOffset? NewDue(Shelf.Item? current, DateTimeOffset? due) =>
        due is null ? null : new DateTimeOffset(due.Value.DateTime, TimeSpan.Zero);
}

public sealed class ListsWhatIsStrictlyOverdue : SoundStore
{
    public override ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        base.ListDueAsync(scope, now.AddTicks(-1), after, limit, cancellationToken);
}

public sealed class ListsInUtf16Order : SoundStore
{
    protected override int Compare(string a, string b) => string.CompareOrdinal(a, b);
}

public sealed class ListsInOrderOfDue : SoundStore
{
    protected override IEnumerable<string> Sort(IEnumerable<string> keys) =>
        base.Sort(keys).OrderBy(key => Items[key].Due ?? DateTimeOffset.MinValue);
}

public sealed class IgnoresAfter : SoundStore
{
    protected override bool IsAfter(string key, string after) => true;
}

public sealed class ListsFromAfter : SoundStore
{
    protected override bool IsAfter(string key, string after) => Compare(key, after) >= 0;
}

public sealed class TakesScopeForPrefix : SoundStore
{
    protected override string DuePrefix(string scope) => scope;
}

public sealed class ReadsPrefixAsPattern : SoundStore
{
    protected override bool HasPrefix(string key, string prefix)
    {
        var pattern = Regex.Escape(prefix).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal);
        return Regex.IsMatch(key, "^" + pattern, RegexOptions.Singleline, TimeSpan.FromSeconds(1));
    }
}

public sealed class IgnoresLimit : SoundStore
{
    public override ValueTask<IReadOnlyList<string>> ListKeysAsync(
        string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        base.ListKeysAsync(prefix, after, int.MaxValue, cancellationToken);
}
