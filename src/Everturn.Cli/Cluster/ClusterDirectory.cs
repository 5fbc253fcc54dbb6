using System.Text.Json;

namespace Everturn.Cli.Cluster;

/// <summary>The data directory of a local cluster: <c>cluster.json</c>, <c>logs/</c>, <c>nodes/</c> and the default store.</summary>
internal sealed class ClusterDirectory
{
    private const int LockAttempts = 20;
    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(25);

    public ClusterDirectory(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    private string File => System.IO.Path.Combine(Path, "cluster.json");

    private string LockFile => System.IO.Path.Combine(Path, "cluster.lock");

    public string LogFile(string node) => System.IO.Path.Combine(Path, "logs", node + ".log");

    public string AnnounceFile(string node) => System.IO.Path.Combine(Path, "nodes", node + ".json");

    /// <summary>Makes the directory this process's own until the result is disposed of, or the process ends in whatever way.</summary>
    /// <exception cref="CliException">Another `up` holds it, or it cannot be written.</exception>
    public IDisposable Take()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(Path, "logs"));
            Directory.CreateDirectory(System.IO.Path.Combine(Path, "nodes"));
            // Readers hold the lock for a moment; only who keeps it is a cluster.
            for (var attempt = 1; ; attempt++)
            {
                if (TryLock(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None) is { } held)
                {
                    System.IO.File.Delete(File);
                    return held;
                }

                if (attempt == LockAttempts)
                {
                    break;
                }

                Thread.Sleep(LockInterval);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ErrorCodes.DataDirectory, $"the data directory '{Path}' cannot be used: {exception.Message}", inner: exception);
        }

        var running = ReadFile() is { } file ? $" (process {file.Pid}, {file.Gateway})" : "";
        throw new CliException(
            ErrorCodes.ClusterRuns, $"a cluster already runs in '{Path}'{running}. Stop it, or choose another --data (and --port).");
    }

    public void Write(ClusterFile file)
    {
        var temporary = File + ".tmp";
        System.IO.File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(file, CliJson.Default.ClusterFile));
        System.IO.File.Move(temporary, File, overwrite: true);
    }

    public void Clear() => System.IO.File.Delete(File);

    /// <summary>Where the cluster of this directory listens.</summary>
    /// <param name="otherwise">What else one may do when none runs here.</param>
    /// <exception cref="CliException">None runs here.</exception>
    public ClusterFile Find(string otherwise = "")
    {
        if (IsTaken() && ReadFile() is { } file)
        {
            return file;
        }

        throw new CliException(ErrorCodes.NoCluster, $"no cluster runs in '{Path}'. Start one with 'everturn up', or name its directory with --data{otherwise}.");
    }

    private bool IsTaken()
    {
        try
        {
            using var held = TryLock(FileMode.Open, FileAccess.Read, FileShare.Read);
            return held is null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private FileStream? TryLock(FileMode mode, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(LockFile, mode, access, share);
        }
        catch (IOException exception) when (exception.GetType() == typeof(IOException))
        {
            // .NET reports a lock that another process holds as a plain IOException on every system.
            return null;
        }
    }

    private ClusterFile? ReadFile()
    {
        try
        {
            return JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(File), CliJson.Default.ClusterFile);
        }
        catch (Exception exception) when (exception is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
