namespace Everturn.Storage.Compliance.Tests;

public sealed class SuiteCompletenessTests
{
    [Fact]
    public void Suites_are_all_found() => Assert.Equal(
        [
            "ConditionalWriteSuite", "CrashSuite", "DeleteSuite", "DueListingSuite", "KeyListingSuite", "KeysAndContentsSuite",
            "LoadAndSaveSuite", "RaceSuite", "TransactionSuite",
        ],
        SuiteCompleteness.Suites.Select(suite => suite.Name.Split('`')[0]).ToArray());

    [Fact]
    public void Store_without_a_suite_is_named_with_it()
    {
        var classes = typeof(MemoryRaces).Assembly.GetTypes().Where(type => type != typeof(MemoryRaces)).ToArray();
        Assert.Equal(["CrashSuite", "RaceSuite"], SuiteCompleteness.Missing(classes, typeof(MemorySubject)));
    }

    [Fact]
    public void Suite_run_on_another_store_does_not_count() =>
        Assert.Equal(SuiteCompleteness.Suites.Count, SuiteCompleteness.Missing(typeof(MemoryRaces).Assembly.GetTypes(), typeof(ToldSubject<SoundStore>)).Count);

    [Fact]
    public void Suite_class_that_xunit_would_not_run_does_not_count() =>
        Assert.Equal(SuiteCompleteness.Suites.Count, SuiteCompleteness.Missing([typeof(HiddenRaces)], typeof(MemorySubject)).Count);

    private sealed class HiddenRaces : RaceSuite<MemorySubject>;
}
