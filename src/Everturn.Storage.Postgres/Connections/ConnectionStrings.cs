using Npgsql;

namespace Everturn.Storage.Postgres.Connections;

// From the user's connection string to those of the pools. What the user has set stays, except where the promise hangs on it.
internal static class ConnectionStrings
{
    // How long a transaction of ours may stand open while its node says nothing: a paused node must not keep a row from the others.
    private const string OpenTransaction = "-c idle_in_transaction_session_timeout=10s";

    // No time limit for statements: one that strikes while a commit waits for its standby would end it as a success that can
    // vanish. Waiting for a lock comes before the commit, so that may end.
    private const string NeverCutShort = "-c statement_timeout=0 -c lock_timeout=10s";

    public static string ForWrites(string connectionString)
    {
        var parts = Common(connectionString, defaultPool: 20);
        parts.CommandTimeout = 0;
        AddOptions(parts, NeverCutShort, OpenTransaction);
        return parts.ConnectionString;
    }

    public static string ForReads(string connectionString, TimeSpan timeout)
    {
        var parts = Common(connectionString, defaultPool: 10);
        parts.CommandTimeout = (int)Math.Ceiling(timeout.TotalSeconds);
        return parts.ConnectionString;
    }

    // One connection that listens and one that tells.
    public static string ForSignals(string connectionString)
    {
        var parts = Common(connectionString, defaultPool: 2);
        parts.MinPoolSize = 0;
        parts.MaxPoolSize = 2;
        parts.NoResetOnClose = false;
        parts.KeepAlive = 10;
        parts.CommandTimeout = 5;
        return parts.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder Common(string connectionString, int defaultPool)
    {
        var parts = new NpgsqlConnectionStringBuilder(connectionString);
        Default("Maximum Pool Size", () => parts.MaxPoolSize = defaultPool);
        Default("Timeout", () => parts.Timeout = 5);
        Default("Max Auto Prepare", () => parts.MaxAutoPrepare = 16);
        Default("Auto Prepare Min Usages", () => parts.AutoPrepareMinUsages = 2);
        Default("Application Name", () => parts.ApplicationName = "everturn");
        Default("Host Recheck Seconds", () => parts.HostRecheckSeconds = 2);
        // Notices what became of a server that has vanished without a word.
        Default("TCP Keepalive", () => parts.TcpKeepAlive = true);
        Default("TCP Keepalive Time", () => parts.TcpKeepAliveTime = 5);
        Default("TCP Keepalive Interval", () => parts.TcpKeepAliveInterval = 2);

        parts.Pooling = true;
        parts.Multiplexing = false;
        parts.Enlist = false;
        // Our sessions change nothing that would have to be put back.
        parts.NoResetOnClose = true;
        // A cancelled or late read closes its connection at once: no late cancellation can strike what comes next on it.
        parts.CancellationTimeout = -1;
        if (parts.Host!.Contains(',', StringComparison.Ordinal)) parts.TargetSessionAttributes ??= "read-write";
        AddOptions(parts, @"-c default_transaction_isolation=read\ committed");
        return parts;

        void Default(string keyword, Action set)
        {
            if (!parts.ShouldSerialize(keyword)) set();
        }
    }

    // Later ones win over the user's.
    private static void AddOptions(NpgsqlConnectionStringBuilder parts, params string[] options) =>
        parts.Options = string.Join(' ', [parts.Options, .. options]).Trim();
}
