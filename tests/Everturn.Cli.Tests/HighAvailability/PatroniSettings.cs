namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>What docs/stores.md recommends, and the tests measure.</summary>
internal static class PatroniSettings
{
    public const int Ttl = 20;
    public const int LoopWait = 5;
    public const int RetryTimeout = 7;
    public const int PrimaryStartTimeout = 10;
    public const int EtcdHeartbeatMilliseconds = 100;
    public const int EtcdElectionMilliseconds = 1000;

    /// <summary>The part that all members share, kept in etcd.</summary>
    public static object Shared { get; } = new
    {
        ttl = Ttl,
        loop_wait = LoopWait,
        retry_timeout = RetryTimeout,
        primary_start_timeout = PrimaryStartTimeout,
        maximum_lag_on_failover = 0,
        synchronous_mode = true,
        synchronous_mode_strict = true,
        synchronous_node_count = 1,
        postgresql = new
        {
            use_pg_rewind = true,
            use_slots = true,
            parameters = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["max_connections"] = 300,
                ["shared_buffers"] = "32MB",
                ["synchronous_commit"] = "on",
                ["wal_keep_size"] = "128MB",
                // Writes wait until the other standby has found the new primary. By default it looks every 5 s.
                ["wal_retrieve_retry_interval"] = "500ms",
                // A standby, or a primary, that has lost the other side notices.
                ["wal_sender_timeout"] = "5s",
                ["wal_receiver_timeout"] = "5s",
                ["tcp_keepalives_idle"] = 5,
                ["tcp_keepalives_interval"] = 2,
                ["tcp_keepalives_count"] = 3,
                ["tcp_user_timeout"] = "10s",
            },
        },
    };

    public static string Text =>
        $"ttl {Ttl}, loop_wait {LoopWait}, retry_timeout {RetryTimeout}, primary_start_timeout {PrimaryStartTimeout}, maximum_lag_on_failover 0, "
        + $"synchronous_node_count 1, strict; etcd heartbeat {EtcdHeartbeatMilliseconds} ms, election {EtcdElectionMilliseconds} ms";
}
