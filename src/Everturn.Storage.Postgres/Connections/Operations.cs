using Microsoft.Extensions.Logging;
using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// Runs what the store asks for on a connection of its own, and tells failures in the user's words.
internal sealed class Operations(Primary primary, Action onTablesMissing, ILogger logger)
{
    public async Task<T> RunAsync<T>(
        Func<Server, NpgsqlDataSource> pool, string operation, Func<NpgsqlConnection, Task<T>> run, CancellationToken cancellationToken)
    {
        Server? server = null;
        try
        {
            server = await primary.FindAsync(cancellationToken);
            await using var connection = await pool(server).OpenConnectionAsync(cancellationToken);
            return await run(connection);
        }
        catch (Exception error) when (error is not (OperationCanceledException or ArgumentException) && !primary.IsDisposed)
        {
            var known = error as PostgresStoreException ?? PostgresErrors.Create(error, primary.Hosts, operation);
            // Also when all connections are busy: saves may hang on a server that has fallen silent.
            if (server is not null && known.Code is "ET2102" or "ET2106" or "ET2114" or "ET2116") primary.Suspect(server, hasEndedConnections: known.Code == "ET2114");
            // Somebody dropped them, or restored another database: the next operation looks again.
            if (known.Code == "ET2109") onTablesMissing();
            if (error == known) throw;
            throw known;
        }
    }

    // No token, and no time limit: see ConnectionStrings.
    public Task<bool> WriteAsync(string operation, Func<NpgsqlConnection, Task<bool>> write) =>
        RunAsync(server => server.Writes, operation, async connection =>
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
            primary.RenewWrites();
            throw PostgresErrors.StandbyWaitCancelled(primary.Hosts, operation, warning);
        }, CancellationToken.None);
}
