using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Everturn.Turns;

/// <summary>What a step returns is kept as JSON, and every run gets what is read back: so it must be possible to read it.</summary>
internal static class StepResult
{
    /// <summary>Finds out before the call, when nothing has happened yet.</summary>
    /// <exception cref="InvalidOperationException">No value of this type can be kept (ET1128).</exception>
    public static void ThrowIfNeverKept<T>(string step, JsonSerializerOptions json)
    {
        if (!CanKeep(typeof(T), json, depth: 0))
        {
            throw new InvalidOperationException(
                $"ET1128: the step '{step}' returns {NameOf(typeof(T))}, which cannot be kept as JSON and read back. Return an id, a record or a string. It was not called.");
        }
    }

    public static ReadOnlyMemory<byte> Write<T>(string step, T result, JsonSerializerOptions json)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(result, json);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw NotKept<T>(step, exception);
        }
    }

    public static T Read<T>(string step, ReadOnlyMemory<byte> result, JsonSerializerOptions json)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(result.Span, json)!;
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw NotKept<T>(step, exception);
        }
    }

    public static InvalidOperationException NotKept<T>(string step, Exception exception) => new(
        $"ET1128: the result of the step '{step}', {NameOf(typeof(T))}, cannot be kept as JSON and read back: {exception.Message} Return an id, a record or a string.", exception);

    // Only the type itself and, of a list, its elements: a member may be null whenever it counts.
    private static bool CanKeep(Type declared, JsonSerializerOptions json, int depth)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (IsUnderWay(type))
        {
            return false;
        }

        json.MakeReadOnly(populateMissingResolver: true);
        JsonTypeInfo shape;
        try
        {
            shape = json.GetTypeInfo(type);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return false;
        }

        return shape.Kind switch
        {
            JsonTypeInfoKind.None => true,
            JsonTypeInfoKind.Object => CanKeepObject(type, shape),
            _ => depth > 0 || shape.ElementType is not { } element || CanKeep(element, json, depth + 1),
        };
    }

    // Without a converter, what must be disposed of is no data; and of a tuple in brackets nothing would be left.
    private static bool CanKeepObject(Type type, JsonTypeInfo shape) =>
        shape.PolymorphismOptions is not null
        || (!type.IsAbstract
            && !type.IsAssignableTo(typeof(IDisposable))
            && !(type.IsAssignableTo(typeof(ITuple)) && shape.Properties.Count == 0)
            && (shape.CreateObject is not null || shape.ConstructorAttributeProvider is not null));

    private static bool IsUnderWay(Type type) =>
        type.IsAssignableTo(typeof(Task))
        || type == typeof(ValueTask)
        || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
        || type.IsAssignableTo(typeof(Delegate));

    private static string NameOf(Type type) => type.Name.Split('`')[0];
}
