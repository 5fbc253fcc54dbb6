using Microsoft.Extensions.Logging;

namespace Everturn.Storage.Postgres;

internal static partial class StoreLog
{
    [LoggerMessage(2101, LogLevel.Information, "The store is schema '{Schema}' in '{Server}' (PostgreSQL {Version}).")]
    public static partial void Opened(ILogger logger, string schema, string server, string version);

    [LoggerMessage(2102, LogLevel.Warning, "Acknowledged writes may not last in '{Server}': {Warning}")]
    public static partial void Durability(ILogger logger, string server, string warning);

    [LoggerMessage(2103, LogLevel.Warning, "The store cannot be used yet; trying again for {Left}: {Reason}")]
    public static partial void Waiting(ILogger logger, TimeSpan left, string reason);

    [LoggerMessage(2104, LogLevel.Information, "Made the tables of schema '{Schema}' in form {Version}.")]
    public static partial void SchemaMade(ILogger logger, string schema, int version);

    [LoggerMessage(2105, LogLevel.Warning, "Hints from other nodes do not come for now; looking at intervals goes on.")]
    public static partial void NotListening(ILogger logger, Exception error);

    [LoggerMessage(2106, LogLevel.Information, "Hints from other nodes come again.")]
    public static partial void ListeningAgain(ILogger logger);

    [LoggerMessage(2107, LogLevel.Debug, "{Count} hints for other nodes were lost.")]
    public static partial void HintsLost(ILogger logger, int count, Exception error);

    [LoggerMessage(2108, LogLevel.Error, "The wait for the synchronous standby was cancelled for a write that was not cancelled by Everturn: its outcome is unknown, and all connections are renewed.")]
    public static partial void StandbyWaitCancelled(ILogger logger);

    [LoggerMessage(2109, LogLevel.Warning, "The primary is '{Server}' now, started at {StartedAt:O}; connections to the one before are given up.")]
    public static partial void PrimaryChanged(ILogger logger, string server, DateTime startedAt);
}
