namespace Everturn.Storage.Compliance.Tests;

public sealed class MemorySubject : StoreSubject
{
    private readonly MemoryStore _store = new(new Random(1));

    public override string WhyItCannotBeReopened => "The documents of the memory store end with their process, and it promises nothing else.";

    public override ValueTask<IStore> OpenAsync() => new(_store);
}

public sealed class MemoryCompleteness : CompletenessSuite<MemorySubject>;

public sealed class MemoryConditionalWrites : ConditionalWriteSuite<MemorySubject>;

public sealed class MemoryDeletes : DeleteSuite<MemorySubject>;

public sealed class MemoryDueListings : DueListingSuite<MemorySubject>;

public sealed class MemoryKeyListings : KeyListingSuite<MemorySubject>;

public sealed class MemoryKeysAndContents : KeysAndContentsSuite<MemorySubject>;

public sealed class MemoryLoadsAndSaves : LoadAndSaveSuite<MemorySubject>;

public sealed class MemoryRaces : RaceSuite<MemorySubject>;

public sealed class MemoryTransactions : TransactionSuite<MemorySubject>;
