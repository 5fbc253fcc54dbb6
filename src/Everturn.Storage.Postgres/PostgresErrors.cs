using System.Net.Sockets;
using Npgsql;

namespace Everturn.Storage.Postgres;

// Says in the user's words what the server or the network said in its own.
internal static class PostgresErrors
{
    private const string Reach = "Check host, port and network, and that the server runs and takes connections";

    // Our own pass unchanged: they come from the check of a new connection.
    public static PostgresStoreException Create(Exception error, string server, string operation)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            if (inner is PostgresStoreException known) return known;
            if (inner is PostgresException said) return OfServer(said, error, server, operation);
        }

        var (code, found, cure) = error switch
        {
            NpgsqlException { InnerException: TimeoutException } when error.Message.Contains("pool has been exhausted", StringComparison.Ordinal) =>
                ("ET2116", "all connections of this node are busy", "Look for saves that wait for a standby or a lock, or raise Maximum Pool Size"),
            TimeoutException or NpgsqlException { InnerException: TimeoutException } =>
                ("ET2102", "the server did not answer in time", Reach),
            NpgsqlException { InnerException: SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted) } } or SocketException or NpgsqlException { InnerException: AggregateException } =>
                ("ET2102", "the server cannot be reached", Reach),
            _ => ("ET2114", "the connection was lost or cannot be used", "The next operation opens another; look into the server's log when it happens often"),
        };
        return new(code, $"{operation} in '{server}': {found} ({Reason(error)}). {cure}.", null, error);
    }

    // What another cure is needed for than to wait comes first. Null is a host that has not answered.
    public static PostgresStoreException NoPrimary(IReadOnlyList<(string Host, Exception? Error)> answers, string server)
    {
        const string Operation = "Looking for the primary";
        var errors = answers.Select(answer => answer.Error is null ? null : Create(answer.Error, answer.Host, Operation)).ToArray();
        if (Array.Find(errors, error => error is { Code: not ("ET2102" or "ET2106" or "ET2114") }) is { } known) return known;
        var found = answers.Zip(errors, (answer, error) => $"{answer.Host}: " + error switch
        {
            null => "no answer",
            { Code: "ET2106" } => "a standby",
            _ => Reason(error.InnerException ?? error),
        });
        return new("ET2102", $"{Operation} in '{server}': none of the hosts is a primary that can be reached ({string.Join("; ", found)}). {Reach}; during a failover, wait.");
    }

    public static PostgresStoreException ReadOnly(string server, bool isStandby) => new(
        "ET2106",
        $"Connecting to '{server}': the server is {(isStandby ? "a standby" : "set to read-only")}, and the store needs the primary. "
        + "Name the primary, or all hosts of the cluster (Host=db1,db2,db3); during a failover, wait.");

    public static PostgresStoreException NotUtf8(string server, string encoding) => new(
        "ET2111", $"Connecting to '{server}': the database's encoding is {encoding}, and keys need UTF8. Make a database with ENCODING 'UTF8' TEMPLATE template0.");

    public static PostgresStoreException StandbyWaitCancelled(string server, string operation, string warning) => new(
        "ET2110",
        $"{operation} in '{server}': the server warned '{warning}', so the write may not have reached the standby and its outcome is unknown. "
        + "Do not cancel sessions named everturn; look for a tool that does.");

    private static PostgresStoreException OfServer(PostgresException said, Exception error, string server, string operation)
    {
        var (code, found, cure) = said.SqlState switch
        {
            "42501" => ("ET2104", "the user lacks rights", "docs/stores.md lists the rights that a node needs"),
            "25006" => ("ET2106", "the server is read-only or a standby", "Name the primary, or all hosts of the cluster"),
            "53100" => ("ET2107", "the server's disk is full", "Free space on it; the store goes on by itself"),
            "54000" or "53200" => ("ET2108", "the document is too large for the server", "Keep less in it"),
            "42P01" or "3F000" => ("ET2109", "the tables are missing", "Let a node make them (ManageSchema), or make them with everturn store init"),
            "55P03" => ("ET2117", "another session has held a lock for too long", "Look for a hanging session in pg_stat_activity"),
            "57P03" or "53300" => ("ET2102", "the server takes no connections just now", Reach + "; raise max_connections, or lower Maximum Pool Size"),
            "57P01" or "57P02" or "57P05" or "25P03" => ("ET2114", "the server ended the connection", "The next operation opens another"),
            ['2', '8', ..] or "3D000" or "08004" => ("ET2103", "the server refused the login", "Check Username, Password and Database, and the server's pg_hba.conf"),
            _ => ("ET2113", "the server refused", "Look the SQLSTATE up in PostgreSQL's list of error codes"),
        };
        return new(code, $"{operation} in '{server}': {found} (SQLSTATE {said.SqlState}: {said.MessageText}). {cure}.", said.SqlState, error);
    }

    private static string Reason(Exception error) => (error.InnerException ?? error).Message;
}
