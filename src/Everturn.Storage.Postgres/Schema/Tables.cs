using Microsoft.Extensions.Logging;
using Npgsql;

namespace Everturn.Storage.Postgres.Schema;

// The tables' form. A form is read one release before it is written.
internal sealed class Tables(string schema, string server, ILogger logger)
{
    // The newest form that this version knows: everturn.meta.
    public const int Version = 1;

    private const string Opening = "Opening the store";

    // "EVRT": all nodes that make or migrate a schema wait for each other under this number and the schema's hash.
    private const int AdvisoryLock = 0x45565254;

    // Keys compare by their UTF-8 bytes ("C"). Dues are UTC ticks, because the server's own times are coarser. The index holds
    // only what owes something. Records are rewritten all the time: pages keep room for that, and are cleaned often.
    private string Create => $"""
        CREATE SCHEMA IF NOT EXISTS "{schema}";
        CREATE TABLE "{schema}".documents(
            key text COLLATE "C" PRIMARY KEY,
            content bytea NOT NULL,
            etag uuid NOT NULL,
            due bigint) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, toast.autovacuum_vacuum_scale_factor = 0.05);
        CREATE INDEX documents_due ON "{schema}".documents(due) INCLUDE (key) WHERE due IS NOT NULL;
        CREATE TABLE "{schema}".meta(only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row), version integer NOT NULL);
        INSERT INTO "{schema}".meta(version) VALUES ({Version});
        """;

    // The form of the tables that are there; null when there are none.
    public async Task<int?> ReadVersionAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var look = new NpgsqlCommand(
            "SELECT count(*) FILTER (WHERE relname = 'meta'), count(*) FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
            + "WHERE nspname = $1 AND relname IN ('meta', 'documents')", connection);
        look.Parameters.Add(new() { Value = schema });
        await using (var reader = await look.ExecuteReaderAsync(cancellationToken))
        {
            await reader.ReadAsync(cancellationToken);
            if (reader.GetInt64(1) == 0) return null;
            if (reader.GetInt64(0) == 0) throw Foreign("a table documents without a table meta");
        }

        await using var read = new NpgsqlCommand($"""SELECT version FROM "{schema}".meta""", connection);
        return await read.ExecuteScalarAsync(cancellationToken) is int version ? version : throw Foreign("a table meta without a version");
    }

    // Refuses what this version must not use; says whether the tables are there.
    public async Task<bool> CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await ReadVersionAsync(connection, cancellationToken) is not { } version) return false;
        if (version > Version)
        {
            throw new PostgresStoreException("ET2105", $"{Opening} in '{server}': the tables of schema '{schema}' have form {version}, and this "
                + $"version of Everturn knows form {Version}. A newer version made them: upgrade this node, or name another schema.");
        }

        await using var rights = new NpgsqlCommand(
            $"""
            SELECT string_agg(wanted, ', ') FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS wanted
            WHERE NOT has_table_privilege('"{schema}".documents', wanted)
            """, connection);
        if (await rights.ExecuteScalarAsync(cancellationToken) is string missing)
        {
            throw new PostgresStoreException("ET2104", $"{Opening} in '{server}': the user may not {missing} in the table documents. "
                + $"""Let its owner say: GRANT SELECT, INSERT, UPDATE, DELETE ON "{schema}".documents TO the user.""");
        }

        return true;
    }

    // Makes or migrates the tables. Any number of nodes may be at it at once: one does it, the others find it done.
    public async Task MakeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (var wait = new NpgsqlCommand("SELECT pg_advisory_xact_lock($1, hashtext($2))", connection, transaction))
        {
            wait.Parameters.Add(new() { Value = AdvisoryLock });
            wait.Parameters.Add(new() { Value = schema });
            await wait.ExecuteNonQueryAsync(cancellationToken);
        }

        // Somebody else may have made them while we waited.
        if (await CheckAsync(connection, cancellationToken)) return;
        await using var make = new NpgsqlCommand(Create, connection, transaction);
        await make.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        StoreLog.SchemaMade(logger, schema, Version);
    }

    public PostgresStoreException Missing() => new("ET2109", $"{Opening} in '{server}': the tables of schema '{schema}' are missing, and this "
        + "node may not make them (ManageSchema is false). Make them as a user who may, with everturn store init or PostgresStore.InitAsync, then start again.");

    private PostgresStoreException Foreign(string found) => new("ET2115", $"{Opening} in '{server}': schema '{schema}' holds {found}, "
        + "so it is not Everturn's, or is damaged. Name another schema, or restore it.");
}
