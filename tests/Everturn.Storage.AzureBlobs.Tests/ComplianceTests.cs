using Everturn.Storage.Compliance;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class AzureBlobSubject : StoreSubject
{
    private readonly string _container = "suite-" + Guid.NewGuid().ToString("N");

    public override async ValueTask<IStore> OpenAsync() =>
        new AzureBlobStore(new AzureBlobStoreOptions { Connection = await Azurite.ConnectionAsync(), Container = _container });
}

public sealed class AzureBlobCompleteness : CompletenessSuite<AzureBlobSubject>;

public sealed class AzureBlobConditionalWrites : ConditionalWriteSuite<AzureBlobSubject>;

public sealed class AzureBlobCrashes : CrashSuite<AzureBlobSubject>;

public sealed class AzureBlobDeletes : DeleteSuite<AzureBlobSubject>;

public sealed class AzureBlobDueListings : DueListingSuite<AzureBlobSubject>;

public sealed class AzureBlobKeyListings : KeyListingSuite<AzureBlobSubject>;

public sealed class AzureBlobKeysAndContents : KeysAndContentsSuite<AzureBlobSubject>;

public sealed class AzureBlobLoadsAndSaves : LoadAndSaveSuite<AzureBlobSubject>;

public sealed class AzureBlobRaces : RaceSuite<AzureBlobSubject>;

public sealed class AzureBlobTransactions : TransactionSuite<AzureBlobSubject>;
