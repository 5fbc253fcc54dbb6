using Everturn.Storage.Compliance;

namespace Everturn.Storage.Sqlite.Tests;

public sealed class SqliteSubject : StoreSubject
{
    private readonly TemporaryDirectory _directory = new();

    public override ValueTask<IStore> OpenAsync() =>
        new(new SqliteStore(new SqliteStoreOptions { File = _directory.File("store.db"), CheckpointPages = 20 }));

    public override ValueTask DisposeAsync()
    {
        _directory.Dispose();
        return base.DisposeAsync();
    }
}

public sealed class SqliteCompleteness : CompletenessSuite<SqliteSubject>;

public sealed class SqliteConditionalWrites : ConditionalWriteSuite<SqliteSubject>;

public sealed class SqliteCrashes : CrashSuite<SqliteSubject>;

public sealed class SqliteDeletes : DeleteSuite<SqliteSubject>;

public sealed class SqliteDueListings : DueListingSuite<SqliteSubject>;

public sealed class SqliteKeyListings : KeyListingSuite<SqliteSubject>;

public sealed class SqliteKeysAndContents : KeysAndContentsSuite<SqliteSubject>;

public sealed class SqliteLoadsAndSaves : LoadAndSaveSuite<SqliteSubject>;

public sealed class SqliteRaces : RaceSuite<SqliteSubject>;

public sealed class SqliteTransactions : TransactionSuite<SqliteSubject>;
