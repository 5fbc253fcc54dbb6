using System.Diagnostics;
using System.Text.Json;

namespace Everturn.EndToEnd.Survival;

/// <summary>One node of the survival bot: a process of its own.</summary>
internal sealed class BotNode : IAsyncDisposable
{
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromMinutes(1);

    private readonly string _announce;
    private readonly Func<string, ProcessStartInfo> _plan;
    private readonly HttpClient _http = new();
    private Process? _process;
    private ProcessOutput _output = new(_ => { });

    /// <param name="name">Its name.</param>
    /// <param name="folder">Where it announces its address.</param>
    /// <param name="plan">How its program is started, given the file for its address.</param>
    public BotNode(string name, string folder, Func<string, ProcessStartInfo> plan)
    {
        Name = name;
        _announce = Path.Combine(folder, $"{name}.json");
        _plan = plan;
    }

    public string Name { get; }

    /// <summary>Where it listens; null while it does not take turns.</summary>
    public Uri? Url { get; private set; }

    public int? ProcessId { get; private set; }

    /// <summary>What names its present process to other nodes; null until that has taken turns.</summary>
    public string? Incarnation { get; private set; }

    /// <summary>Starts it and waits until it takes turns.</summary>
    public async Task StartAsync()
    {
        File.Delete(_announce);
        Incarnation = null;
        _output = new ProcessOutput(_ => { });
        _process = new Process { StartInfo = _plan(_announce) };
        _process.StartInfo.Environment["Everturn__Node"] = Name;
        _process.Start();
        ProcessId = _process.Id;
        _ = _output.ReadAsync(_process);
        // Not the test's token: the node of one test may become ready in the next.
        using var patience = new CancellationTokenSource(ReadyWithin);
        while (!await IsReadyAsync(patience.Token))
        {
            if (_process is not { HasExited: false })
            {
                throw new InvalidOperationException($"{Name} ended before it was ready:\n{_output}");
            }

            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>Ends its process at once (SIGKILL). Completes when it is gone.</summary>
    public async Task KillAsync()
    {
        Url = null;
        if (Interlocked.Exchange(ref _process, null) is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
        }
    }

    /// <summary>Tells it which processes are dead, as the gateway of a cluster does with its probes.</summary>
    public async Task HearOfDeathsAsync(IEnumerable<string> incarnations)
    {
        if (Url is not { } url)
        {
            return;
        }

        using var probe = new HttpRequestMessage(HttpMethod.Get, new Uri(url, "/health/ready"));
        probe.Headers.Add("Everturn-Departed", incarnations);
        try
        {
            using var answer = await _http.SendAsync(probe);
        }
        catch (HttpRequestException)
        {
            // It dies too.
        }
    }

    /// <summary>What it has printed, for the message of a failed test.</summary>
    public override string ToString() => $"--- {Name}\n{_output}";

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await KillAsync();
    }

    private async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(_announce))
            {
                return false;
            }

            var url = JsonDocument.Parse(await File.ReadAllBytesAsync(_announce, cancellationToken)).RootElement.GetProperty("url").GetString()!;
            using var answer = await _http.GetAsync(new Uri(new Uri(url), "/health/ready"), cancellationToken);
            if (!answer.IsSuccessStatusCode)
            {
                return false;
            }

            Incarnation = answer.Headers.GetValues("Everturn-Incarnation").Single();
            Url = new Uri(url);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
