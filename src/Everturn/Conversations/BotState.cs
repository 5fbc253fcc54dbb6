using System.Text;
using System.Text.Json;

namespace Everturn.Conversations;

/// <summary>Named values that are kept from turn to turn, each stored as JSON.</summary>
/// <remarks>
/// An object that was got may be changed in place; the turn's commit saves what it then is. A value that no turn
/// touched keeps its bytes and is never parsed.
/// </remarks>
public abstract class BotState
{
    /// <summary>Names that begin with it are the engine's.</summary>
    private protected const char Reserved = '$';

    private readonly JsonSerializerOptions _json;
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>> _stored;
    private readonly Dictionary<string, Touched> _touched = new(StringComparer.Ordinal);

    private protected BotState(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> stored, JsonSerializerOptions json)
    {
        _stored = new(StringComparer.Ordinal);
        foreach (var (name, value) in stored)
        {
            _stored.Add(name, value);
        }

        _json = json;
    }

    /// <summary>The names of all values, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names =>
        _stored.Keys.Where(name => !_touched.ContainsKey(name))
            .Concat(_touched.Where(pair => pair.Value.Value is not null).Select(pair => pair.Key))
            .Order(StringComparer.Ordinal).ToArray();

    /// <summary>The value of this name, or the type's default when there is none. Changes made in place are saved.</summary>
    /// <exception cref="InvalidOperationException">The stored JSON or the value got before is not a <typeparamref name="T"/>.</exception>
    public T? Get<T>(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (_touched.TryGetValue(name, out var touched))
        {
            return touched.Value switch
            {
                null => default,
                T value => value,
                var other => throw new InvalidOperationException(
                    $"ET1011: state '{name}' is a {other.GetType()} in this turn; it was asked for as {typeof(T)}. Use one type a name."),
            };
        }

        if (!_stored.TryGetValue(name, out var bytes))
        {
            return default;
        }

        var loaded = Parse<T>(name, bytes.Span);
        _touched[name] = new Touched(loaded, typeof(T));
        return loaded;
    }

    /// <summary>The value of this name; made, and kept, when there is none.</summary>
    public T GetOrCreate<T>(string name, Func<T> create)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(create);
        if (Has(name) && Get<T>(name) is { } found)
        {
            return found;
        }

        var made = create();
        Set(name, made);
        return made;
    }

    /// <summary>Whether there is a value of this name.</summary>
    public bool Has(string name) =>
        _touched.TryGetValue(name, out var touched) ? touched.Value is not null : _stored.ContainsKey(name);

    /// <summary>Keeps a value under this name; null removes it.</summary>
    public void Set<T>(string name, T? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name[0] == Reserved)
        {
            throw new ArgumentException($"ET1011: state '{name}' begins with '{Reserved}', which is kept for the engine.", nameof(name));
        }

        _touched[name] = new Touched(value, typeof(T));
    }

    /// <summary>Removes the value of this name.</summary>
    public void Remove(string name) => Set<object>(name, null);

    /// <summary>Removes all values.</summary>
    public void Clear()
    {
        foreach (var name in Names)
        {
            Remove(name);
        }
    }

    /// <summary>The values as they are now. Those that were not touched, or not changed, keep their very bytes.</summary>
    internal SortedDictionary<string, ReadOnlyMemory<byte>> ToStored()
    {
        var result = new SortedDictionary<string, ReadOnlyMemory<byte>>(_stored, StringComparer.Ordinal);
        foreach (var (name, touched) in _touched)
        {
            if (touched.Value is null)
            {
                result.Remove(name);
                continue;
            }

            var bytes = JsonSerializer.SerializeToUtf8Bytes(touched.Value, touched.Type, _json);
            if (!_stored.TryGetValue(name, out var before) || !before.Span.SequenceEqual(bytes))
            {
                result[name] = bytes;
            }
        }

        return result;
    }

    private T? Parse<T>(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(bytes, _json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"ET1011: state '{name}' holds {Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 80)])}, which is not a {typeof(T)}. "
                + "Read it as the type it was saved as, or Remove it.", exception);
        }
    }

    private readonly record struct Touched(object? Value, Type Type);
}
