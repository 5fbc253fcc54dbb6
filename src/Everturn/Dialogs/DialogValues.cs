using System.Text.Json;
using System.Text.Json.Serialization;

namespace Everturn.Dialogs;

/// <summary>Named values that a dialog keeps from turn to turn, each stored as JSON.</summary>
/// <remarks>As in the conversation's state, an object that was got may be changed in place; the turn's commit saves what it then is.</remarks>
[JsonConverter(typeof(DialogValuesConverter))]
public sealed class DialogValues
{
    private readonly SortedDictionary<string, object> _values = new(StringComparer.Ordinal);

    /// <summary>The names, in ordinal order.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    internal IEnumerable<KeyValuePair<string, object>> Stored => _values;

    /// <summary>Whether there is a value of this name.</summary>
    public bool Has(string name) => _values.ContainsKey(name);

    /// <summary>The value of this name, or the type's default when there is none.</summary>
    /// <exception cref="InvalidOperationException">It is not a <typeparamref name="T"/> (ET1100).</exception>
    public T? Get<T>(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!_values.TryGetValue(name, out var value))
        {
            return default;
        }

        if (value is T found)
        {
            return found;
        }

        try
        {
            var read = DialogJson.To<T>(DialogJson.ToElement(value));
            if (read is not null)
            {
                _values[name] = read;
            }

            return read;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidOperationException(
                $"ET1100: the dialog's value '{name}' is {DialogJson.ToElement(value).GetRawText()}, which cannot be read as {typeof(T)}. Read it as the type it was set as.",
                exception);
        }
    }

    /// <summary>The value of this name; made, and kept, when there is none.</summary>
    public T GetOrCreate<T>(string name, Func<T> create)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(create);
        if (Get<T>(name) is { } found && Has(name))
        {
            return found;
        }

        var made = create();
        Set(name, made);
        return made;
    }

    /// <summary>Keeps a value under this name; null removes it.</summary>
    public void Set<T>(string name, T? value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (value is null)
        {
            _values.Remove(name);
        }
        else
        {
            _values[name] = value;
        }
    }

    /// <summary>Removes the value of this name.</summary>
    public void Remove(string name) => _values.Remove(name);
}
