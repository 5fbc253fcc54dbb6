using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>The programs of a PostgreSQL cluster, and how they are started: as the user postgres when these tests run as root, which the server refuses.</summary>
internal static class Servers
{
    private static readonly string[] Needed = ["patroni", "etcd", "setpriv"];

    /// <summary>Where initdb and postgres are; null when they are not installed.</summary>
    public static string? Postgres { get; } = FindPostgres();

    /// <summary>Why the tests cannot run here; null when they can.</summary>
    public static string? WhyNot { get; } =
        !OperatingSystem.IsLinux() ? "not on this system: Patroni runs on Linux."
        : Environment.GetEnvironmentVariable("EVERTURN_TEST_ALL") != "true" ? "not on a short run: ./test --all has it."
        : Postgres is null || Needed.Any(program => Find(program) is null)
            ? "A program is missing: apt-get install postgresql patroni etcd-server, or set POSTGRES_BIN to the directory of initdb."
        : null;

    /// <summary>Starts a server whose output goes to a file. The process started is the server itself.</summary>
    public static Process Start(string log, params string[] command)
    {
        string[] asUser = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
        string[] all = [.. asUser, "sh", "-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command];
        var start = new ProcessStartInfo(all[0], all[1..]) { UseShellExecute = false, WorkingDirectory = "/" };
        start.Environment["LC_ALL"] = "C.UTF-8";
        start.Environment["HOME"] = Path.GetDirectoryName(log);
        return Process.Start(start)!;
    }

    /// <summary>A directory that the servers own, with these directories in it.</summary>
    public static async Task<string> NewDirectoryAsync(IEnumerable<string> within)
    {
        var directory = Directory.CreateTempSubdirectory("everturn-ha-").FullName;
        foreach (var name in within)
        {
            Directory.CreateDirectory(Path.Combine(directory, name));
        }

        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["-R", "postgres:postgres", directory]);
            await chown.WaitForExitAsync();
            Assert.Equal(0, chown.ExitCode);
        }

        return directory;
    }

    /// <summary>Ports that were free a moment ago, all different.</summary>
    public static int[] FreePorts(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        Array.ForEach(listeners, listener => listener.Start());
        var ports = Array.ConvertAll(listeners, listener => ((IPEndPoint)listener.LocalEndpoint).Port);
        Array.ForEach(listeners, listener => listener.Dispose());
        return ports;
    }

    private static string? FindPostgres()
    {
        var candidates = new[] { Environment.GetEnvironmentVariable("POSTGRES_BIN") ?? "" }
            .Concat(Directory.Exists("/usr/lib/postgresql")
                ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).OrderDescending(StringComparer.Ordinal)
                : []);
        return candidates.FirstOrDefault(directory => directory.Length > 0 && File.Exists(Path.Combine(directory, "initdb")) && File.Exists(Path.Combine(directory, "postgres")));
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Append("/usr/sbin")
            .Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
}
