using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// What a session finds on its server: whether it may write there, and whether what it writes lasts.
internal sealed record ServerSettings(
    bool IsStandby, bool IsReadOnly, string Encoding, string SynchronousCommit, string Fsync, string FullPageWrites, string Standbys)
{
    public const string Query = """
        SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', current_setting('server_encoding'),
            current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),
            current_setting('synchronous_standby_names')
        """;

    public IEnumerable<string> Warnings()
    {
        if (SynchronousCommit == "off") yield return "synchronous_commit is off: a crash of the server loses the last writes. Set it to on.";
        if (Fsync != "on") yield return "fsync is off: a crash of the system loses or damages data. Set it to on.";
        if (FullPageWrites != "on") yield return "full_page_writes is off: a power loss can damage data. Set it to on, unless the disk writes pages whole.";
        if (Standbys.Length > 0 && (SynchronousCommit is "local" or "remote_write"))
        {
            yield return $"synchronous_commit is {SynchronousCommit} although there are synchronous standbys: a failover can lose the last writes. Set it to on.";
        }
    }

    public static ServerSettings Of(NpgsqlDataReader row) => new(
        row.GetBoolean(0), row.GetBoolean(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.GetString(6));
}
