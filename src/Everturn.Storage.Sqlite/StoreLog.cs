using Microsoft.Extensions.Logging;

namespace Everturn.Storage.Sqlite;

internal static partial class StoreLog
{
    [LoggerMessage(2001, LogLevel.Information, "The store is '{File}' (SQLite {Version}, {Durability}).")]
    public static partial void Opened(ILogger logger, string file, string version, SqliteDurability durability);

    [LoggerMessage(2002, LogLevel.Warning, "The log of '{File}' could not be copied into the file; it is tried again. Nothing is lost.")]
    public static partial void CheckpointFailed(ILogger logger, string file, Exception error);

    [LoggerMessage(2003, LogLevel.Warning, "The log of '{File}' has {Pages} pages, of which {Copied} are copied, and does not start over. Look for a paused process, or a tool with an open transaction, on this file.")]
    public static partial void LogIsLarge(ILogger logger, string file, int pages, int copied);

    [LoggerMessage(2004, LogLevel.Error, "{Count} writes to '{File}' failed.")]
    public static partial void GroupFailed(ILogger logger, int count, string file, Exception error);
}
