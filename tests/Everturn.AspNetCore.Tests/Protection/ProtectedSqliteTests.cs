using Everturn.AspNetCore.Protection;
using Everturn.Storage;
using Everturn.Storage.Compliance;
using Everturn.Storage.Sqlite;
using Microsoft.AspNetCore.DataProtection;

namespace Everturn.AspNetCore.Tests.Protection;

/// <summary>A store of several processes with its documents encrypted must do what every store does.</summary>
public sealed class ProtectedSqliteSubject : StoreSubject
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("everturn-protected-");
    private readonly EphemeralDataProtectionProvider _keys = new();

    public override ValueTask<IStore> OpenAsync() =>
        new(new SqliteStore(new() { File = Path.Combine(_directory.FullName, "store.db") }).ProtectedBy(new DataProtectionRecords(_keys)));

    public override ValueTask DisposeAsync()
    {
        _directory.Delete(recursive: true);
        return base.DisposeAsync();
    }
}

public sealed class ProtectedSqliteCompleteness : CompletenessSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteConditionalWrites : ConditionalWriteSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteCrashes : CrashSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteDeletes : DeleteSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteDueListings : DueListingSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteKeyListings : KeyListingSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteKeysAndContents : KeysAndContentsSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteLoadsAndSaves : LoadAndSaveSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteRaces : RaceSuite<ProtectedSqliteSubject>;

public sealed class ProtectedSqliteTransactions : TransactionSuite<ProtectedSqliteSubject>;
