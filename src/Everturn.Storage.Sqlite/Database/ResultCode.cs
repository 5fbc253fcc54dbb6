using SQLitePCL;

namespace Everturn.Storage.Sqlite.Database;

internal static class ResultCode
{
    // An extended code carries its family in the low byte.
    public static int Family(int code) => code & 0xff;

    // Somebody else is at it, or two opened at once: ask again in a moment. (PROTOCOL: too many lost races for the log's index.)
    public static bool IsBusy(int code) => Family(code) is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_PROTOCOL;
}
