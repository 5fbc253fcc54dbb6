using Microsoft.Extensions.Logging;
using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// Runs what the store asks for on a connection of its own, and tells failures in the user's words.
internal sealed class Operations(Pools pools, Action onTablesMissing, ILogger logger)
{
    public async Task<T> RunAsync<T>(
        NpgsqlDataSource pool, string operation, Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await pool.OpenConnectionAsync(cancellationToken);
            return await run(connection);
        }
        catch (Exception error) when (error is not (OperationCanceledException or PostgresStoreException or ObjectDisposedException or ArgumentException))
        {
            var known = PostgresErrors.Create(error, pools.Server, operation);
            // Somebody dropped them, or restored another database: the next operation looks again.
            if (known.Code == "ET2109") onTablesMissing();
            throw known;
        }
    }

    // No token, and no time limit: see ConnectionStrings.
    public Task<bool> WriteAsync(string operation, Func<NpgsqlConnection, Task<bool>> write) =>
        RunAsync(pools.Writes, operation, async connection =>
        {
            // The server ends a cancelled wait for its standby as a success, and says so in a warning alone. No statement of
            // ours has a reason for any other warning; the words are in the server's language.
            string? warning = null;
            NoticeEventHandler onNotice = (_, notice) =>
            {
                if (notice.Notice.InvariantSeverity == "WARNING") warning ??= notice.Notice.MessageText;
            };
            connection.Notice += onNotice;
            try
            {
                var written = await write(connection);
                if (warning is null) return written;
            }
            finally
            {
                connection.Notice -= onNotice;
            }

            StoreLog.StandbyWaitCancelled(logger);
            pools.Writes.Clear();
            throw PostgresErrors.StandbyWaitCancelled(pools.Server, operation, warning);
        }, CancellationToken.None);
}
