using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Fails when a test project that derives from it lacks one of the suites: a forgotten suite must not pass silently.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public abstract class CompletenessSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>There is a public class for every suite; a store that cannot be reopened may do without the crashes.</summary>
    [Fact]
    public async Task Every_suite_is_run_on_this_store()
    {
        await using var subject = new TSubject();
        var missing = SuiteCompleteness.Missing(GetType().Assembly.GetTypes(), typeof(TSubject))
            .Where(suite => suite != nameof(CrashSuite<>) || subject.WhyItCannotBeReopened is null)
            .ToArray();
        Assert.True(missing.Length == 0, "Not run on " + typeof(TSubject).Name + ": " + string.Join(", ", missing)
            + ". Add a public class for each, for instance: public sealed class My" + (missing.Length > 0 ? missing[0] : "Suite")
            + " : " + (missing.Length > 0 ? missing[0] : "Suite") + "<" + typeof(TSubject).Name + ">;");
    }
}
