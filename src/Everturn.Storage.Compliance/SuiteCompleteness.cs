namespace Everturn.Storage.Compliance;

/// <summary>Knows which suites there are, and which of them a store's tests lack.</summary>
public static class SuiteCompleteness
{
    /// <summary>Every suite, as an open generic type over its subject.</summary>
    public static IReadOnlyList<Type> Suites { get; } = typeof(SuiteCompleteness).Assembly.GetExportedTypes()
        .Where(type => type is { IsAbstract: false, IsGenericTypeDefinition: true } && IsSuite(type))
        .OrderBy(type => type.Name, StringComparer.Ordinal)
        .ToArray();

    /// <summary>The suites that none of these classes runs on the subject; empty when all are run.</summary>
    /// <param name="testClasses">The classes of a test project.</param>
    /// <param name="subject">The store under test.</param>
    public static IReadOnlyList<string> Missing(IEnumerable<Type> testClasses, Type subject)
    {
        ArgumentNullException.ThrowIfNull(subject);
        var run = testClasses.Where(type => type is { IsAbstract: false, IsPublic: true, ContainsGenericParameters: false }).ToArray();
        return Suites
            .Where(suite => !run.Any(type => suite.MakeGenericType(subject).IsAssignableFrom(type)))
            .Select(suite => suite.Name.Split('`')[0])
            .ToArray();
    }

    private static bool IsSuite(Type type) =>
        type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(StoreSuite<>);
}
