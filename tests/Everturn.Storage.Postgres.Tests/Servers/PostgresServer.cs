using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Everturn.Storage.Postgres.Tests.Servers;

// A PostgreSQL server of the tests' own, on loopback, with its data in a temporary directory. It refuses to run as root, so
// then it runs as the user postgres.
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string WhyNot = "PostgreSQL is not installed: apt-get install postgresql, or set POSTGRES_BIN to the directory of initdb and postgres.";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data;
    private readonly string[] _settings;
    private Process? _process;

    private PostgresServer(string data, int port, string[] settings)
    {
        _data = data;
        Port = port;
        _settings = settings;
    }

    public int Port { get; }

    public int ProcessId => _process!.Id;

    // Where the server's programs are; null when it is not installed.
    public static string? Programs { get; } = Find();

    public string ConnectionString => $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres";

    private string Cluster => Path.Combine(_data, "cluster");

    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        Assert.SkipWhen(Programs is null, WhyNot);
        var server = new PostgresServer(await NewDirectoryAsync(), FreePort(), settings);
        await server.FillAndStartAsync(
            "initdb", "-D", server.Cluster, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync");
        return server;
    }

    // A hot standby of this server, which streams from it.
    public async Task<PostgresServer> StartStandbyAsync()
    {
        var standby = new PostgresServer(await NewDirectoryAsync(), FreePort(), _settings);
        await standby.FillAndStartAsync(
            "pg_basebackup", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-D", standby.Cluster,
            "-R", "--checkpoint=fast", "--no-sync");
        return standby;
    }

    public async Task StartAgainAsync()
    {
        string[] own = ["listen_addresses=127.0.0.1", $"port={Port}", $"unix_socket_directories={_data}", "max_connections=200", "shared_buffers=32MB"];
        var arguments = own.Concat(_settings).SelectMany(setting => new[] { "-c", setting });
        _process = Run(asServer: true, [Path.Combine(Programs!, "postgres"), "-D", Cluster, .. arguments]);
        var deadline = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await ExecuteAsync("SELECT 1");
                return;
            }
            catch (NpgsqlException) when (deadline.Elapsed < Patience && !_process.HasExited)
            {
                await Task.Delay(50);
            }
        }
    }

    // Fast shutdown: sessions are ended.
    public async Task StopAsync() => await EndAsync("INT");

    // Every process of the server at once, as a power loss would.
    public async Task KillAsync() => await EndAsync("QUIT");

    public async Task<object?> ExecuteAsync(string sql, string? database = null)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(ConnectionString)
        {
            Pooling = false,
            Database = database ?? "postgres",
            Timeout = 10,
        }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false }) await KillAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task FillAndStartAsync(string program, params string[] arguments)
    {
        try
        {
            using (var fill = Run(asServer: true, [Path.Combine(Programs!, program), .. arguments])) await EndAsync(fill);
            await StartAgainAsync();
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task EndAsync(string signal)
    {
        // postgres is exec'd by setpriv, so the process started is the server itself.
        using (var kill = Run(asServer: false, "kill", $"-{signal}", _process!.Id.ToString(CultureInfo.InvariantCulture))) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience);
        _process.Dispose();
        _process = null;
    }

    private static async Task EndAsync(Process process)
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(process.ExitCode == 0, $"{process.StartInfo.FileName} {string.Join(' ', process.StartInfo.ArgumentList)} ended with {process.ExitCode}.");
    }

    private static Process Run(bool asServer, params string[] command)
    {
        if (asServer && Environment.IsPrivilegedProcess) command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", .. command];
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        var process = Process.Start(start)!;
        // Read and dropped, or the server would wait for room in the pipe.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static async Task<string> NewDirectoryAsync()
    {
        var data = Directory.CreateTempSubdirectory("everturn-postgres-").FullName;
        using (var ownership = Run(asServer: false, "chown", ServerUser(), data)) await EndAsync(ownership);
        return data;
    }

    private static string ServerUser() => Environment.IsPrivilegedProcess ? "postgres" : Environment.UserName;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? Find()
    {
        var candidates = new[] { Environment.GetEnvironmentVariable("POSTGRES_BIN") ?? "" }
            .Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).OrderDescending(StringComparer.Ordinal) : [])
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator));
        return candidates.FirstOrDefault(directory => directory.Length > 0 && File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }
}
