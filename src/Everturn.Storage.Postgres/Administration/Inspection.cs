using Everturn.Storage.Postgres.Connections;
using Everturn.Storage.Postgres.Schema;
using Npgsql;

namespace Everturn.Storage.Postgres.Administration;

// What a person wants to know of the server and its tables. Changes nothing, and does not ask for the tables to be there.
internal sealed class Inspection(Operations operations, Tables tables, string schema)
{
    public Task<StoreCheck> CheckAsync(CancellationToken cancellationToken) =>
        operations.RunAsync(server => server.Reads, "Checking the server", async connection =>
        {
            var form = await tables.ReadVersionAsync(connection, cancellationToken);
            await using var command = new NpgsqlCommand(ServerSettings.Query, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new StoreCheck(
                $"{connection.Host}:{connection.Port}/{connection.Database}, schema {schema}",
                $"PostgreSQL {connection.PostgreSqlVersion}",
                form,
                [.. ServerSettings.Of(reader).Warnings()]);
        }, cancellationToken);

    // In one statement, so that the numbers go together. It reads every row: the limit of a load does not fit it.
    public Task<StoreStats> CountAsync(CancellationToken cancellationToken) =>
        operations.RunAsync(server => server.Reads, "Counting the documents", async connection =>
        {
            await using var command = new NpgsqlCommand(
                $"""SELECT count(*), coalesce(sum(octet_length(content)), 0)::bigint, count(due), min(due) FROM "{schema}".documents""", connection)
            {
                CommandTimeout = 0,
            };
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            return new StoreStats(
                reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.IsDBNull(3) ? null : new DateTimeOffset(reader.GetInt64(3), TimeSpan.Zero));
        }, cancellationToken);
}
