using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Everturn.Testing.Bots;

/// <summary>Stands before a service of the outside and tells the run that calls it.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The runtime derives the proxy's type from it.")]
internal class ExternalProxy<T> : DispatchProxy
    where T : class
{
    private const int LongestArgument = 60;

    private T? _fake;

    public static T Around(T fake)
    {
        var proxy = Create<T, ExternalProxy<T>>();
        ((ExternalProxy<T>)(object)proxy)._fake = fake;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        RunUnderWay.Current?.CallOut(new(typeof(T).Name, $"{targetMethod!.Name}({string.Join(", ", (args ?? []).Where(IsShown).Select(Show))})"));
        try
        {
            return targetMethod!.Invoke(_fake, args);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } thrown)
        {
            ExceptionDispatchInfo.Throw(thrown);
            throw;
        }
    }

    private static bool IsShown(object? argument) => argument is not (CancellationToken or Delegate);

    private static string Show(object? argument)
    {
        string text;
        try
        {
            text = JsonSerializer.Serialize(argument, JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or InvalidOperationException)
        {
            text = argument?.GetType().Name ?? "null";
        }

        return text.Length <= LongestArgument ? text : $"{text[..LongestArgument]}...";
    }
}
