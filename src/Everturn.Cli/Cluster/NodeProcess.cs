using System.Diagnostics;
using Everturn.Cli.Bots;

namespace Everturn.Cli.Cluster;

/// <summary>One process of a node, from its start to its exit.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task _output;

    private NodeProcess(Process process, NodeLog log)
    {
        _process = process;
        Id = process.Id;
        _output = Task.WhenAll(log.CopyAsync(process.StandardOutput.BaseStream), log.CopyAsync(process.StandardError.BaseStream));
        Exited = WaitAsync();
    }

    public int Id { get; }

    /// <summary>Completes with the exit code as soon as the process is gone.</summary>
    public Task<int> Exited { get; }

    /// <exception cref="CliException">There is no dotnet to run it with.</exception>
    public static NodeProcess Start(NodePlan plan, NodeLog log)
    {
        File.Delete(plan.AnnounceFile);
        var start = new ProcessStartInfo(DotnetHost.Path)
        {
            ArgumentList = { plan.Bot.Assembly },
            WorkingDirectory = plan.Bot.Directory,
            UseShellExecute = false,
            CreateNoWindow = true,
            // The node's standard input is the thread it hangs by: it ends when this process does, however that happens.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        NodeEnvironment.Apply(plan, start.Environment);
        var process = DotnetHost.Start(start);
        log.WriteLine($"--- {plan.Name}: process {process.Id}");
        return new(process, log);
    }

    /// <summary>Asks the process to finish what it does and leave.</summary>
    public void AskToStop()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has gone already.
        }

        // Any .NET host understands this one, also a bot whose program does not watch its input.
        if (!_process.HasExited && ProcessSignal.IsSupported)
        {
            ProcessSignal.Send(Id, ProcessSignal.Terminate);
        }
    }

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has gone already.
        }
    }

    /// <summary>Waits a moment for the last words of an exited process to reach the log.</summary>
    public async Task FlushLogAsync() => await Task.WhenAny(_output, Task.Delay(TimeSpan.FromSeconds(1)));

    public void Dispose() => _process.Dispose();

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}
