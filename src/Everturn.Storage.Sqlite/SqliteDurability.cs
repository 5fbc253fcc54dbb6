namespace Everturn.Storage.Sqlite;

/// <summary>What an acknowledged write survives.</summary>
public enum SqliteDurability
{
    /// <summary>The end of the process, of the system and of the power: every group of writes is flushed to the disk before it is acknowledged.</summary>
    PowerLoss,

    /// <summary>
    /// The end of the process alone. After a power loss or a crash of the system the last writes can be gone, although
    /// they were acknowledged; the file stays sound. For tests and for data that may be lost.
    /// </summary>
    ProcessCrash,
}
