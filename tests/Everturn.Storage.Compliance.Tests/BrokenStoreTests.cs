namespace Everturn.Storage.Compliance.Tests;

// A suite that cannot fail proves nothing: each of these stores has one fault, and the named test must catch it.
public sealed class BrokenStoreTests
{
    public static readonly TheoryData<Type, string> Faults = new()
    {
        { typeof(IgnoresIfMatch), "ConditionalWriteSuite.Update_with_a_stale_etag_is_refused" },
        { typeof(MissingETagOverwrites), "ConditionalWriteSuite.Create_of_an_existing_document_is_refused" },
        { typeof(UpdateCreates), "ConditionalWriteSuite.Update_of_a_missing_document_is_refused" },
        { typeof(DeleteIgnoresETag), "DeleteSuite.Delete_with_a_stale_etag_is_refused" },
        { typeof(CountingETags), "ConditionalWriteSuite.Etags_never_repeat" },
        { typeof(CountingETags), "DeleteSuite.Recreated_document_is_not_deleted_by_the_old_etag" },
        { typeof(ContentHashesAsETags), "ConditionalWriteSuite.Save_of_equal_bytes_makes_a_new_etag" },
        { typeof(RefusedWriteMovesDue), "ConditionalWriteSuite.Refused_write_leaves_the_due_as_it_was" },
        { typeof(ChecksThenWrites), "RaceSuite.Concurrent_creates_have_one_winner" },
        { typeof(ChecksThenWrites), "RaceSuite.Concurrent_increments_lose_nothing" },
        { typeof(ChecksThenDeletes), "RaceSuite.Concurrent_delete_and_update_have_one_winner" },
        { typeof(AnswersForTheGroup), "RaceSuite.Concurrent_saves_are_answered_each_for_itself" },
        { typeof(HandsOutItsBuffer), "LoadAndSaveSuite.Loaded_bytes_are_not_shared_with_the_next_reader" },
        { typeof(KeepsTheCallersBuffer), "LoadAndSaveSuite.Saved_bytes_do_not_follow_the_callers_buffer" },
        { typeof(ETagOfAnotherRead), "RaceSuite.Content_and_etag_belong_together_under_concurrent_reads" },
        { typeof(TidiesJson), "KeysAndContentsSuite.Contents_come_back_byte_by_byte" },
        { typeof(CutsAt64KiB), "KeysAndContentsSuite.Large_contents_come_back_whole" },
        { typeof(FoldsCase), "KeysAndContentsSuite.Odd_keys_are_documents_of_their_own" },
        { typeof(TrimsKeys), "KeysAndContentsSuite.Odd_keys_are_documents_of_their_own" },
        { typeof(NormalizesKeys), "KeyListingSuite.Listing_is_in_order_of_the_keys_bytes" },
        { typeof(TakesAnyKey), "KeysAndContentsSuite.Invalid_keys_are_refused" },
        { typeof(KeepsTheFirstDue), "DueListingSuite.Due_moved_by_a_save_counts_from_then_on" },
        { typeof(KeepsTheFirstDue), "DueListingSuite.Due_set_by_a_later_save_is_listed" },
        { typeof(NeverClearsDue), "DueListingSuite.Due_cleared_by_a_save_is_not_listed" },
        { typeof(ComparesLocalTimes), "DueListingSuite.Due_is_compared_as_a_moment_whatever_its_offset" },
        { typeof(ListsWhatIsStrictlyOverdue), "DueListingSuite.Listing_holds_what_is_due_at_or_before_now" },
        { typeof(ListsInUtf16Order), "KeyListingSuite.Listing_is_in_order_of_the_keys_bytes" },
        { typeof(ListsInUtf16Order), "DueListingSuite.Listing_is_in_order_of_the_keys_bytes" },
        { typeof(ListsInOrderOfDue), "DueListingSuite.Pages_hold_each_key_once" },
        { typeof(IgnoresAfter), "KeyListingSuite.Listing_begins_strictly_after_the_given_key" },
        { typeof(IgnoresAfter), "DueListingSuite.Pages_hold_each_key_once" },
        { typeof(ListsFromAfter), "KeyListingSuite.Pages_hold_each_key_once" },
        { typeof(ListsFromAfter), "DueListingSuite.Listing_begins_strictly_after_the_given_key" },
        { typeof(TakesScopeForPrefix), "DueListingSuite.Listing_keeps_to_its_scope" },
        { typeof(ReadsPrefixAsPattern), "KeyListingSuite.Prefix_is_taken_literally" },
        { typeof(IgnoresLimit), "KeyListingSuite.Pages_hold_each_key_once" },
        { typeof(WritesOnClose), "LoadAndSaveSuite.Saved_document_is_seen_by_another_handle_at_once" },
        { typeof(WritesOnClose), "CrashSuite.Reopened_store_has_every_acknowledged_write" },
        { typeof(DropsOnClose), "CrashSuite.Store_closed_with_saves_under_way_keeps_what_it_acknowledged" },
        { typeof(NewETagsOnReopening), "CrashSuite.Reopened_store_judges_etags_from_before" },
        { typeof(KeepsWhatWentBeforeTheConflict), "TransactionSuite.One_failed_precondition_writes_nothing" },
        { typeof(WritesTheRestOnConflict), "TransactionSuite.One_failed_precondition_writes_nothing" },
        { typeof(ChecksTheFirstAlone), "TransactionSuite.One_failed_precondition_writes_nothing" },
        { typeof(PutsBackUnderNewETags), "TransactionSuite.One_failed_precondition_writes_nothing" },
        { typeof(MissingETagOverwrites), "TransactionSuite.One_failed_precondition_writes_nothing" },
        { typeof(AnswersInOrderOfKeys), "TransactionSuite.Writes_whose_preconditions_hold_take_effect_together" },
        { typeof(OneETagForAll), "TransactionSuite.Writes_whose_preconditions_hold_take_effect_together" },
        { typeof(TransactionsForgetDues), "TransactionSuite.Writes_whose_preconditions_hold_take_effect_together" },
        { typeof(TakesFewerWritesThanAllowed), "TransactionSuite.Transaction_of_any_allowed_size_is_taken" },
        { typeof(TakesAnyTransaction), "TransactionSuite.Writes_that_are_no_transaction_are_refused" },
        { typeof(ChecksThenWritesAll), "TransactionSuite.Concurrent_transactions_over_two_documents_have_one_winner" },
        { typeof(ChecksThenWritesAll), "TransactionSuite.Concurrent_transfers_between_documents_keep_their_sum" },
        { typeof(ChecksThenWritesAll), "TransactionSuite.Concurrent_transaction_and_saves_never_both_take_effect" },
        { typeof(ShowsHalfOfATransaction), "TransactionSuite.Readers_never_see_half_of_a_transaction" },
        { typeof(StopsInTheMiddle), "TransactionSuite.Store_closed_with_transactions_under_way_keeps_them_whole" },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = false)]
    public async Task Broken_store_is_caught(Type store, string test)
    {
        var report = await SuiteRunner.RunAsync(typeof(ToldSubject<>).MakeGenericType(store));
        Assert.True(report.Failures.ContainsKey(test), $"{store.Name} passed {test}. It failed: {string.Join(", ", report.Failures.Keys)}");
        Assert.DoesNotContain(report.Failures.Values, failure => failure is TimeoutException);
    }

    // Without this the tests above could be satisfied by suites that fail on everything.
    [Fact]
    public async Task Sound_store_passes_every_suite()
    {
        var report = await SuiteRunner.RunAsync(typeof(ToldSubject<SoundStore>));
        Assert.Empty(report.Failures);
        Assert.Empty(report.Skipped);
        Assert.True(report.Run > 50, $"Only {report.Run} tests ran.");
    }

    [Fact]
    public async Task Memory_store_skips_the_crashes_alone()
    {
        var report = await SuiteRunner.RunAsync(typeof(MemorySubject));
        Assert.Empty(report.Failures);
        Assert.All(report.Skipped, test => Assert.StartsWith("CrashSuite.", test));
        Assert.NotEmpty(report.Skipped);
    }

    [Fact]
    public async Task Store_of_single_documents_skips_the_transactions_alone()
    {
        var report = await SuiteRunner.RunAsync(typeof(OneDocumentSubject));
        Assert.Empty(report.Failures);
        Assert.All(report.Skipped, test => Assert.StartsWith("TransactionSuite.", test));
        Assert.NotEmpty(report.Skipped);
    }
}
