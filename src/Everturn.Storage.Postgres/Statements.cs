using Npgsql;
using NpgsqlTypes;

namespace Everturn.Storage.Postgres;

// The statements on the table. Each conditional write is one statement: what is checked is what is written.
internal sealed class Statements(string schema)
{
    private readonly string _create = $"""INSERT INTO "{schema}".documents(key, content, etag, due) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING""";
    private readonly string _update = $"""UPDATE "{schema}".documents SET content = $2, etag = $3, due = $4 WHERE key = $1 AND etag = $5""";
    private readonly string _list = $"""SELECT key FROM "{schema}".documents WHERE key >= $1 AND key > $2 AND ($3::text IS NULL OR key < $3) ORDER BY key LIMIT $4""";

    // First what is due, by its index, and then the order: else the planner might walk all keys of a bot to find the few that are due.
    private readonly string _listDue = $"""
        WITH overdue AS MATERIALIZED (SELECT key FROM "{schema}".documents WHERE due <= $5)
        SELECT key FROM overdue WHERE key >= $1 AND key > $2 AND ($3::text IS NULL OR key < $3) ORDER BY key LIMIT $4
        """;

    public string Load { get; } = $"""SELECT content, etag FROM "{schema}".documents WHERE key = $1""";

    public string Delete { get; } = $"""DELETE FROM "{schema}".documents WHERE key = $1 AND etag = $2""";

    public static NpgsqlCommand Command(string sql, NpgsqlConnection connection, params object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new() { Value = value });
        return command;
    }

    public NpgsqlCommand Save(NpgsqlConnection connection, DocumentWrite write, Guid? expected, Guid etag)
    {
        var command = new NpgsqlCommand(expected is null ? _create : _update, connection) { CommandTimeout = 0 };
        Bind(command.Parameters, write, expected, etag);
        return command;
    }

    public NpgsqlBatchCommand Save(DocumentWrite write, Guid? expected, Guid etag)
    {
        var command = new NpgsqlBatchCommand(expected is null ? _create : _update);
        Bind(command.Parameters, write, expected, etag);
        return command;
    }

    public NpgsqlCommand List(NpgsqlConnection connection, string prefix, string? after, long? due, int limit)
    {
        var command = new NpgsqlCommand(due is null ? _list : _listDue, connection);
        command.Parameters.Add(new() { Value = prefix });
        // Every key is greater than no characters.
        command.Parameters.Add(new() { Value = after ?? "" });
        command.Parameters.Add(new() { Value = (object?)KeyRange.Above(prefix) ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.Add(new() { Value = limit });
        if (due is { } ticks) command.Parameters.Add(new() { Value = ticks });
        return command;
    }

    public static ETag ToETag(Guid etag) => new(etag.ToString("N"));

    // False when it is a version that this store never gave; a missing one is null.
    public static bool TryParse(ETag? etag, out Guid? version)
    {
        version = null;
        if (etag is not { } given) return true;
        if (!Guid.TryParseExact(given.Value, "N", out var parsed) || ToETag(parsed) != given) return false;
        version = parsed;
        return true;
    }

    private static void Bind(NpgsqlParameterCollection parameters, DocumentWrite write, Guid? expected, Guid etag)
    {
        parameters.Add(new() { Value = write.Key });
        parameters.Add(new() { Value = write.Content, NpgsqlDbType = NpgsqlDbType.Bytea });
        parameters.Add(new() { Value = etag });
        parameters.Add(new() { Value = (object?)write.Due?.UtcTicks ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint });
        if (expected is { } version) parameters.Add(new() { Value = version });
    }
}
