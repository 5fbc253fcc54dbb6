namespace Everturn.Conversations;

/// <summary>A record's state as it is stored: the conversation's own values, and those of its members under reserved names.</summary>
internal static class StoredState
{
    private const string Private = "$private/";

    /// <summary>The values of the conversation.</summary>
    public static StateBytes Shared(StateBytes stored) => Where(stored, name => !name.StartsWith(Private, StringComparison.Ordinal), 0);

    /// <summary>The values of one member.</summary>
    public static StateBytes Of(StateBytes stored, string member)
    {
        var prefix = Prefix(member);
        return Where(stored, name => name.StartsWith(prefix, StringComparison.Ordinal), prefix.Length);
    }

    /// <summary>All values but those of one member.</summary>
    public static StateBytes Without(StateBytes stored, string member)
    {
        var prefix = Prefix(member);
        return Where(stored, name => !name.StartsWith(prefix, StringComparison.Ordinal), 0);
    }

    /// <summary>Puts them together again.</summary>
    /// <param name="before">All values before.</param>
    /// <param name="shared">The conversation's values now.</param>
    /// <param name="member">The member whose values may have changed.</param>
    /// <param name="own">That member's values now; null when nobody looked at them.</param>
    public static StateBytes Join(StateBytes before, StateBytes shared, string member, StateBytes? own)
    {
        var prefix = Prefix(member);
        var joined = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, value) in shared)
        {
            joined.Add(name, value);
        }

        foreach (var (name, value) in before.Where(pair => pair.Key.StartsWith(Private, StringComparison.Ordinal)))
        {
            if (own is null || !name.StartsWith(prefix, StringComparison.Ordinal))
            {
                joined.Add(name, value);
            }
        }

        foreach (var (name, value) in own ?? new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal))
        {
            joined.Add(prefix + name, value);
        }

        return joined;
    }

    private static string Prefix(string member) => $"{Private}{Uri.EscapeDataString(member)}/";

    private static SortedDictionary<string, ReadOnlyMemory<byte>> Where(StateBytes stored, Func<string, bool> wanted, int cut)
    {
        var found = new SortedDictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        foreach (var (name, value) in stored)
        {
            if (wanted(name))
            {
                found.Add(name[cut..], value);
            }
        }

        return found;
    }
}
