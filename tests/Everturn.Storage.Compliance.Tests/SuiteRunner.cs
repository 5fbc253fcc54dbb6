using System.Collections.Concurrent;
using System.Reflection;
using Xunit.v3;

namespace Everturn.Storage.Compliance.Tests;

// Runs every test of every suite on a subject, as xunit would, and reports which of them failed.
internal static class SuiteRunner
{
    private static readonly ConcurrentDictionary<Type, Lazy<Task<SuiteReport>>> Reports = new();

    // A subject is run once, however many tests ask.
    public static Task<SuiteReport> RunAsync(Type subject) =>
        Reports.GetOrAdd(subject, _ => new(() => RunAllAsync(subject))).Value;

    private static async Task<SuiteReport> RunAllAsync(Type subject)
    {
        var report = new SuiteReport();
        foreach (var suite in SuiteCompleteness.Suites)
        {
            var type = suite.MakeGenericType(subject);
            foreach (var method in type.GetMethods().Where(method => method.GetCustomAttribute<FactAttribute>() is not null))
            {
                var rows = method.GetCustomAttributes<InlineDataAttribute>().Select(row => row.Data).DefaultIfEmpty([]);
                foreach (var row in rows)
                {
                    report.Run++;
                    var name = suite.Name.Split('`')[0] + "." + method.Name;
                    if (await RunAsync(type, method, row) is not { } failure) continue;
                    if (failure.Message.StartsWith(DynamicSkipToken.Value, StringComparison.Ordinal)) report.Skipped.Add(name);
                    else report.Failures[name] = failure;
                }
            }
        }

        return report;
    }

    private static async Task<Exception?> RunAsync(Type type, MethodInfo method, object?[] row)
    {
        var suite = Activator.CreateInstance(type)!;
        try
        {
            await ((IAsyncLifetime)suite).InitializeAsync();
            await ((Task)method.Invoke(suite, row)!).WaitAsync(TimeSpan.FromSeconds(20));
            return null;
        }
        catch (Exception failure)
        {
            return failure is TargetInvocationException { InnerException: { } inner } ? inner : failure;
        }
        finally
        {
            await ((IAsyncDisposable)suite).DisposeAsync();
        }
    }
}

internal sealed class SuiteReport
{
    public int Run { get; set; }

    public List<string> Skipped { get; } = [];

    public Dictionary<string, Exception> Failures { get; } = new(StringComparer.Ordinal);
}
