using Everturn.AspNetCore.Protection;
using Everturn.Storage;
using Everturn.Storage.Compliance;
using Microsoft.AspNetCore.DataProtection;

namespace Everturn.AspNetCore.Tests.Protection;

/// <summary>A memory store with its documents encrypted must do what every store does.</summary>
public sealed class ProtectedMemorySubject : StoreSubject
{
    private readonly MemoryStore _store = new(new Random(1));
    private readonly EphemeralDataProtectionProvider _keys = new();

    public override string WhyItCannotBeReopened => "The documents of the memory store end with their process, and it promises nothing else.";

    public override ValueTask<IStore> OpenAsync() => new(_store.ProtectedBy(new DataProtectionRecords(_keys)));
}

public sealed class ProtectedMemoryCompleteness : CompletenessSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryConditionalWrites : ConditionalWriteSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryDeletes : DeleteSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryDueListings : DueListingSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryKeyListings : KeyListingSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryKeysAndContents : KeysAndContentsSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryLoadsAndSaves : LoadAndSaveSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryRaces : RaceSuite<ProtectedMemorySubject>;

public sealed class ProtectedMemoryTransactions : TransactionSuite<ProtectedMemorySubject>;
