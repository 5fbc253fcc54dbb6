using Everturn.Storage.Compliance;
using Everturn.Storage.Postgres.Tests.Servers;

namespace Everturn.Storage.Postgres.Tests;

// A schema for all suites: they keep to keys of their own, and meet each other as bots that share a store do.
public sealed class PostgresSubject : StoreSubject
{
    public override ValueTask<IStore> OpenAsync() =>
        new(new PostgresStore(new PostgresStoreOptions { ConnectionString = SharedServer.ConnectionString + ";Maximum Pool Size=8" }));
}

public sealed class PostgresCompleteness : CompletenessSuite<PostgresSubject>;

public sealed class PostgresConditionalWrites : ConditionalWriteSuite<PostgresSubject>;

public sealed class PostgresCrashes : CrashSuite<PostgresSubject>;

public sealed class PostgresDeletes : DeleteSuite<PostgresSubject>;

public sealed class PostgresDueListings : DueListingSuite<PostgresSubject>;

public sealed class PostgresKeyListings : KeyListingSuite<PostgresSubject>;

public sealed class PostgresKeysAndContents : KeysAndContentsSuite<PostgresSubject>;

public sealed class PostgresLoadsAndSaves : LoadAndSaveSuite<PostgresSubject>;

public sealed class PostgresRaces : RaceSuite<PostgresSubject>;

public sealed class PostgresTransactions : TransactionSuite<PostgresSubject>;
