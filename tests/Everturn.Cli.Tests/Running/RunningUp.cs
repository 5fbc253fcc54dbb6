using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Running;

/// <summary>A running `everturn up` and what it has printed.</summary>
internal sealed partial class RunningUp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly TemporaryDirectory? _ownData;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Task _reading;

    private RunningUp(Process process, string data, TemporaryDirectory? ownData)
    {
        _process = process;
        Data = data;
        _ownData = ownData;
        process.StandardInput.Close();
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Data { get; }

    public int ProcessId => _process.Id;

    public IEnumerable<string> Lines => _lines;

    public string Output => string.Join('\n', _lines);

    /// <summary>Where the gateway listens.</summary>
    public string Gateway => _lines.First(line => line.StartsWith("Ready: ", StringComparison.Ordinal))["Ready: ".Length..];

    /// <summary>The processes of all nodes that were started until now.</summary>
    public IReadOnlyList<int> NodeProcesses =>
        [.. _lines.Select(line => Started().Match(line)).Where(found => found.Success).Select(found => int.Parse(found.Groups["id"].Value, CultureInfo.InvariantCulture))];

    /// <summary>Starts a cluster on a free port, without waiting for it.</summary>
    public static RunningUp Start(string[] args, string? data = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var ownData = data is null ? new TemporaryDirectory() : null;
        data ??= ownData!.Path;
        string[] port = args.Contains("--port", StringComparer.Ordinal) ? [] : ["--port", "0"];
        return new(Tool.Start(["up", "--no-browser", "--data", data, .. port, .. args], environment), data, ownData);
    }

    /// <summary>Starts a cluster and waits until it says that it is ready.</summary>
    public static async Task<RunningUp> StartReadyAsync(string[] args, string? data = null)
    {
        var up = Start(args, data);
        await Eventually.IsTrueAsync(
            () => up.Lines.Any(line => line.StartsWith("Ready: ", StringComparison.Ordinal)) || up._process.HasExited, Patience, () => up.Output);
        Assert.False(up._process.HasExited, up.Output);
        return up;
    }

    public async Task<ClusterStatus> StatusAsync()
    {
        var (exitCode, output, error) = await Tool.RunAsync(["status", "--json", "--data", Data]);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize(output, CliJson.Default.ClusterStatus)!;
    }

    public async Task<NodeStatus> NodeAsync(string name) =>
        (await StatusAsync()).Regions.SelectMany(region => region.Nodes).Single(node => node.Name == name);

    public Task<(int ExitCode, string Output, string Error)> FaultAsync(params string[] fault) =>
        Tool.RunAsync(["fault", .. fault, "--data", Data]);

    public Task<(int ExitCode, string Output, string Error)> ChatAsync(params string[] lines) =>
        Tool.RunAsync(["chat", "--data", Data], string.Join('\n', lines) + "\n");

    public void Signal(int signal) => ProcessSignal.Send(_process.Id, signal);

    public void Kill() => _process.Kill();

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        await _reading.WaitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Signal(ProcessSignal.Terminate);
            await ExitAsync();
        }

        _process.Dispose();
        _ownData?.Dispose();
    }

    private async Task ReadAsync(StreamReader output)
    {
        while (await output.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
        }
    }

    [GeneratedRegex(@"^\S+ starting \(process (?<id>\d+)\)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Started();
}
