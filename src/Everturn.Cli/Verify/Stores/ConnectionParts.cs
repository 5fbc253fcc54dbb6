namespace Everturn.Cli.Verify.Stores;

/// <summary>A connection of Azure's kind, <c>Name=Value;Name=Value</c>: values may hold equals signs, names ignore case.</summary>
internal sealed class ConnectionParts(string connection)
{
    private readonly List<(string Name, string Value)> _parts =
    [
        .. connection.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(part => part.Split('=', 2)).Select(part => (part[0].Trim(), part.Length > 1 ? part[1].Trim() : "")),
    ];

    /// <summary>A part's value; null when it is not there.</summary>
    public string? this[string name] =>
        _parts.Find(part => part.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Name: not null, Value: { } value } ? value : null;

    /// <summary>The connection with other parts in place of some, which keep their places.</summary>
    public string With(params (string Name, string Value)[] changed)
    {
        var kept = _parts.Select(part => changed.FirstOrDefault(change => change.Name.Equals(part.Name, StringComparison.OrdinalIgnoreCase)) is { Name: not null } change ? change : part);
        var added = changed.Where(change => this[change.Name] is null);
        return string.Join(';', kept.Concat(added).Select(part => $"{part.Name}={part.Value}"));
    }

    public string Without(string name) =>
        string.Join(';', _parts.Where(part => !part.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(part => $"{part.Name}={part.Value}"));
}
