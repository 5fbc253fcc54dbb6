using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Everturn.EndToEnd;

/// <summary>
/// A real local cluster of the test's own, started by <c>everturn up</c> on a free port with its data in a folder of
/// its own, and stopped by SIGTERM when the test is over. EVERTURN_COMMAND names another command than the repository's.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    // The wrapper may have to build the command from source first.
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan StoppedWithin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan CommandWithin = TimeSpan.FromMinutes(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Process _up;
    private readonly string _data;
    private readonly ProcessOutput _output;
    private readonly TaskCompletionSource<Uri> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Cluster(ClusterOptions options)
    {
        _data = Directory.CreateTempSubdirectory("everturn-e2e-").FullName;
        _up = Command.Create(
            ["up", "--bot", options.Bot, "--port", FreePort().ToString(CultureInfo.InvariantCulture), "--data", _data, "--no-browser", .. options.Arguments]);
        foreach (var (name, value) in options.Environment)
        {
            _up.StartInfo.Environment[name] = value;
        }

        _output = new ProcessOutput(LookForReady);
    }

    /// <summary>The gateway's base address.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The folder that holds everything of this cluster.</summary>
    public string Data => _data;

    /// <summary>What the cluster has printed so far, for the message of a failed test.</summary>
    public string Output => _output.ToString();

    /// <summary>Starts a cluster and waits until all of its nodes are ready.</summary>
    public static async Task<Cluster> StartAsync(ClusterOptions? options = null)
    {
        var cluster = new Cluster(options ?? new ClusterOptions());
        try
        {
            cluster._up.Start();
            var exited = cluster._output.ReadAsync(cluster._up);
            var first = await Task.WhenAny(cluster._ready.Task, exited, Task.Delay(ReadyWithin, TestContext.Current.CancellationToken));
            if (first != cluster._ready.Task)
            {
                throw new InvalidOperationException(
                    $"everturn up {(first == exited ? "ended before it was ready" : $"was not ready within {ReadyWithin}")}. Its output:\n{cluster.Output}");
            }

            cluster.Url = await cluster._ready.Task;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Regions and nodes as they are now.</summary>
    public async Task<ClusterStatus> StatusAsync()
        => JsonSerializer.Deserialize<ClusterStatus>(await RunAsync("status", "--json"), Json)
            ?? throw new InvalidOperationException("everturn status --json printed null.");

    /// <summary>Does <c>everturn fault ACTION [TARGET]</c>.</summary>
    public Task FaultAsync(string action, params string[] target) => RunAsync(["fault", action, .. target]);

    /// <summary>Runs a command of the tool against this cluster and gives what it printed; fails when the command does.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using var command = Command.Create([.. arguments, "--data", _data]);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(CommandWithin);
        command.Start();
        var errors = command.StandardError.ReadToEndAsync(patience.Token);
        var printed = await command.StandardOutput.ReadToEndAsync(patience.Token);
        await command.WaitForExitAsync(patience.Token);
        return command.ExitCode == 0
            ? printed
            : throw new InvalidOperationException(
                $"everturn {string.Join(' ', arguments)} ended with {command.ExitCode}: {printed}{await errors}\nThe cluster printed:\n{Output}");
    }

    /// <summary>Stops the cluster as Ctrl-C would, and gives the exit code of <c>everturn up</c>.</summary>
    public async Task<int> StopAsync()
    {
        if (!_up.HasExited)
        {
            await Signals.TerminateAsync(_up);
        }

        using var patience = new CancellationTokenSource(StoppedWithin);
        try
        {
            await _up.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException late)
        {
            _up.Kill(entireProcessTree: true);
            throw new TimeoutException($"everturn up did not stop within {StoppedWithin} of SIGTERM. Its output:\n{Output}", late);
        }

        return _up.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_output.Started)
            {
                await StopAsync();
            }
        }
        finally
        {
            _up.Dispose();
            Directory.Delete(_data, recursive: true);
        }
    }

    private void LookForReady(string line)
    {
        const string ready = "Ready: ";
        var at = line.IndexOf(ready, StringComparison.Ordinal);
        if (at >= 0)
        {
            _ready.TrySetResult(new Uri(line[(at + ready.Length)..].Trim()));
        }
    }

    /// <summary>The folder of the solution.</summary>
    public static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Everturn.slnx")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName
            ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Everturn.slnx.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
