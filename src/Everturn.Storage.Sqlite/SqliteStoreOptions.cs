using Microsoft.Extensions.Options;

namespace Everturn.Storage.Sqlite;

/// <summary>Settings of a <see cref="SqliteStore"/>.</summary>
public sealed class SqliteStoreOptions
{
    /// <summary>
    /// The database file. Default <c>everturn.db</c> in the working directory; the file and its directory are created when missing.
    /// SQLite keeps two more files beside it (<c>-wal</c>, <c>-shm</c>). It must be on a disk of this machine, not on a network share.
    /// </summary>
    public string File { get; set; } = "everturn.db";

    /// <summary>What an acknowledged write survives. Default <see cref="SqliteDurability.PowerLoss"/>; the other spares one flush a group.</summary>
    public SqliteDurability Durability { get; set; } = SqliteDurability.PowerLoss;

    /// <summary>
    /// How long an operation waits for other processes before it fails with ET2005. Default 5 s; range 100 ms to 1 min.
    /// Keep it below the deadline of a turn.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After how many pages (of 4 KiB) written by this process the log is copied into the file. Default 1,000; range 1 to
    /// 100,000. Fewer keep the log small, more make the copying rarer.
    /// </summary>
    public int CheckpointPages { get; set; } = 1000;

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(File)) errors.Add($"{nameof(File)} is empty; name a file, for instance everturn.db.");
        else if (File.Contains('\0', StringComparison.Ordinal)) errors.Add($"{nameof(File)} holds a NUL character.");
        if (!Enum.IsDefined(Durability)) errors.Add($"{nameof(Durability)} is {(int)Durability}; use {nameof(SqliteDurability.PowerLoss)} or {nameof(SqliteDurability.ProcessCrash)}.");
        if (LockTimeout < TimeSpan.FromMilliseconds(100) || LockTimeout > TimeSpan.FromMinutes(1)) errors.Add($"{nameof(LockTimeout)} is {LockTimeout}; allowed are 100 ms to 1 min.");
        if (CheckpointPages is < 1 or > 100_000) errors.Add($"{nameof(CheckpointPages)} is {CheckpointPages}; allowed are 1 to 100,000.");
        if (errors.Count > 0) throw new OptionsValidationException(nameof(SqliteStoreOptions), typeof(SqliteStoreOptions), [.. errors.Select(error => "ET2012: " + error)]);
    }
}
