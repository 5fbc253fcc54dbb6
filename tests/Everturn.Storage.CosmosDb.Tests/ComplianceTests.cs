using Everturn.Storage.Compliance;

namespace Everturn.Storage.CosmosDb.Tests;

public sealed class CosmosDbSubject : StoreSubject
{
    private readonly string _container = "suite-" + Guid.NewGuid().ToString("N");

    public override async ValueTask<IStore> OpenAsync() => new CosmosDbStore(await CosmosDbServer.OptionsAsync(_container));

    // Cosmos DB takes 2 MiB an item, and the content is base64 in it.
    public override int LargestContent => 1_500_000;
}

public sealed class CosmosDbCompleteness : CompletenessSuite<CosmosDbSubject>;

public sealed class CosmosDbConditionalWrites : ConditionalWriteSuite<CosmosDbSubject>;

public sealed class CosmosDbCrashes : CrashSuite<CosmosDbSubject>;

public sealed class CosmosDbDeletes : DeleteSuite<CosmosDbSubject>;

public sealed class CosmosDbDueListings : DueListingSuite<CosmosDbSubject>;

public sealed class CosmosDbKeyListings : KeyListingSuite<CosmosDbSubject>;

public sealed class CosmosDbKeysAndContents : KeysAndContentsSuite<CosmosDbSubject>;

public sealed class CosmosDbLoadsAndSaves : LoadAndSaveSuite<CosmosDbSubject>;

public sealed class CosmosDbRaces : RaceSuite<CosmosDbSubject>;

public sealed class CosmosDbTransactions : TransactionSuite<CosmosDbSubject>;
