using System.Diagnostics;
using System.Globalization;

namespace Everturn.Storage.Sqlite.Tests.Processes;

// A worker as its parent sees it.
internal sealed class WorkerProcess : IDisposable
{
    private readonly Process _process;

    public WorkerProcess(string database, string log, string name, bool guarded, int patience)
    {
        Log = log;
        string[] args = [Worker.Verb, database, log, name, guarded ? "guarded" : "unguarded", patience.ToString(CultureInfo.InvariantCulture)];
        // A test run through "dotnet" is the host; through its own executable it is the program.
        string[] host = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(WorkerProcess).Assembly.Location] : [];
        _process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. host, .. args])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public string Log { get; }

    public bool HasExited => _process.HasExited;

    public int AcknowledgedWrites => File.Exists(Log) ? Ledger.ReadLines(Log).Count : 0;

    // kill -9, with whatever is under way.
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    // Ends it gracefully; returns how often its checkpoints stood in their window, and how often a commit was possible then.
    public async Task<(int Windows, int Commits)> StopAsync()
    {
        _process.StandardInput.Close();
        var output = _process.StandardOutput.ReadToEndAsync();
        var errors = _process.StandardError.ReadToEndAsync();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        if (_process.ExitCode != 0) throw new InvalidOperationException($"The worker ended with {_process.ExitCode}: {await errors}");
        var words = (await output).Trim().Split('\n')[^1].Split(' ');
        return (int.Parse(words[1], CultureInfo.InvariantCulture), int.Parse(words[3], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
