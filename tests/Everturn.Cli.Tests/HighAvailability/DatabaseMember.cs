using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Everturn.Cli.Cluster;
using Everturn.Cli.Tests.Running;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>What one region has of the database: a member of etcd, Patroni, and the PostgreSQL server that Patroni starts.</summary>
internal sealed class DatabaseMember(string region, string directory, int[] ports)
{
    public const int Ports = 4;

    private const int Kill = 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private Process? _etcd;
    private Process? _patroni;

    public string Region => region;

    public int EtcdClientPort => ports[0];

    public int PostgresPort => ports[2];

    /// <summary>Where Patroni answers.</summary>
    public Uri Api { get; } = new($"http://127.0.0.1:{ports[3]}/");

    /// <summary>Itself among the first members of etcd.</summary>
    public string EtcdPeer => $"{region}=http://127.0.0.1:{ports[1]}";

    private string Data => Path.Combine(directory, "data");

    public void StartEtcd(IReadOnlyList<DatabaseMember> all)
    {
        var client = $"http://127.0.0.1:{ports[0]}";
        var peer = $"http://127.0.0.1:{ports[1]}";
        _etcd ??= Servers.Start(
            Path.Combine(directory, "etcd.log"),
            "etcd",
            "--name", region, "--data-dir", Path.Combine(directory, "etcd"),
            "--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
            "--initial-cluster", string.Join(',', all.Select(member => member.EtcdPeer)), "--initial-cluster-state", "new", "--enable-v2",
            "--heartbeat-interval", Text(PatroniSettings.EtcdHeartbeatMilliseconds), "--election-timeout", Text(PatroniSettings.EtcdElectionMilliseconds));
    }

    public void StartPatroni(IReadOnlyList<DatabaseMember> all)
    {
        if (_patroni is not null)
        {
            return;
        }

        // JSON is YAML.
        var file = Path.Combine(directory, "patroni.yml");
        File.WriteAllBytes(file, JsonSerializer.SerializeToUtf8Bytes(Configuration(all)));
        _patroni = Servers.Start(Path.Combine(directory, "patroni.log"), "patroni", file);
    }

    /// <summary>Ends everything of the region at once, without a word.</summary>
    public async Task KillAsync()
    {
        Signal(Kill, All());
        foreach (var process in new[] { _patroni, _etcd })
        {
            if (process is not null)
            {
                await process.WaitForExitAsync().WaitAsync(Patience);
                process.Dispose();
            }
        }

        _patroni = null;
        _etcd = null;
        await EndAsync();
    }

    /// <summary>Ends PostgreSQL alone; Patroni looks on.</summary>
    public void KillPostgres() => Signal(Kill, PostgresProcesses());

    /// <summary>Ends Patroni and PostgreSQL; etcd goes on.</summary>
    public async Task KillDatabaseAsync()
    {
        Signal(Kill, [_patroni!.Id, .. PostgresProcesses()]);
        await _patroni.WaitForExitAsync().WaitAsync(Patience);
        _patroni.Dispose();
        _patroni = null;
        await EndAsync();
    }

    /// <summary>Everything stands still, with its connections open.</summary>
    public void Pause() => Signal(ProcessSignal.Stop, All());

    public void Resume() => Signal(ProcessSignal.Continue, All());

    /// <summary>The end of each log, for the message of a failed test.</summary>
    public string Tail() => string.Concat(new[] { "patroni.log", "etcd.log" }.Select(name => Path.Combine(directory, name)).Where(File.Exists)
        .Select(file => $"--- {region} {Path.GetFileName(file)}\n{string.Join('\n', File.ReadLines(file).TakeLast(15))}\n"));

    public void CopyLogs(string target)
    {
        foreach (var file in Directory.EnumerateFiles(directory, "*.log"))
        {
            File.Copy(file, Path.Combine(target, $"{region}-{Path.GetFileName(file)}"), overwrite: true);
        }
    }

    private int[] All() => [.. new[] { _patroni, _etcd }.OfType<Process>().Select(process => process.Id), .. PostgresProcesses()];

    // The server's own process is not Patroni's child: it must outlive it.
    private int[] PostgresProcesses()
    {
        try
        {
            var postmaster = int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
            return IsOurs(postmaster) ? [postmaster, .. ProcessTable.ChildrenOf(postmaster)] : [];
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException)
        {
            return [];
        }
    }

    // The file outlives a killed server, and its number may be another's by now.
    private bool IsOurs(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{Text(process)}/cmdline").Contains(Data, StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private Task EndAsync() =>
        Eventually.IsTrueAsync(() => PostgresProcesses().Length == 0, Patience, () => $"PostgreSQL of {region} is still running");

    private static void Signal(int signal, int[] processes) => Array.ForEach(processes, process => ProcessSignal.Send(process, signal));

    private object Configuration(IReadOnlyList<DatabaseMember> all) => new
    {
        scope = "everturn",
        name = region,
        restapi = new { listen = Api.Authority, connect_address = Api.Authority },
        // Over etcd's older protocol, whose renewal of the leader's key is conditional. Patroni 3.0 over the newer one (etcd3) writes
        // the key without a condition when its lease has expired: a primary that had stood still took the cluster back, and what
        // had been acknowledged since was undone. Its own region's member comes first.
        etcd = new { hosts = all.OrderBy(member => member != this).Select(member => $"127.0.0.1:{Text(member.EtcdClientPort)}") },
        bootstrap = new
        {
            dcs = PatroniSettings.Shared,
            initdb = new object[] { new { encoding = "UTF8" }, new { locale = "C.UTF-8" }, "data-checksums" },
        },
        postgresql = new
        {
            listen = $"127.0.0.1:{Text(PostgresPort)}",
            connect_address = $"127.0.0.1:{Text(PostgresPort)}",
            data_dir = Data,
            bin_dir = Servers.Postgres,
            pgpass = Path.Combine(directory, "pgpass"),
            pg_hba = new[] { "local all all trust", "host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust" },
            authentication = new
            {
                superuser = new { username = "postgres" },
                replication = new { username = "postgres" },
            },
            parameters = new { unix_socket_directories = directory },
            remove_data_directory_on_diverged_timelines = true,
        },
    };

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
