using Xunit;

namespace Everturn.Storage.Compliance;

/// <summary>Fails when a test project that derives from it lacks one of the suites: a forgotten suite must not pass silently.</summary>
/// <typeparam name="TSubject">The store under test.</typeparam>
public abstract class CompletenessSuite<TSubject>
    where TSubject : StoreSubject, new()
{
    /// <summary>There is a public class for every suite.</summary>
    [Fact]
    public void Every_suite_is_run_on_this_store()
    {
        var missing = SuiteCompleteness.Missing(GetType().Assembly.GetTypes(), typeof(TSubject));
        Assert.True(missing.Count == 0, "Not run on " + typeof(TSubject).Name + ": " + string.Join(", ", missing)
            + ". Add a public class for each, for instance: public sealed class My" + (missing.Count > 0 ? missing[0] : "Suite")
            + " : " + (missing.Count > 0 ? missing[0] : "Suite") + "<" + typeof(TSubject).Name + ">;");
    }
}
