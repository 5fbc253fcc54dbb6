using System.Diagnostics;

namespace Everturn.Storage.Servers;

/// <summary>A server from the npm packages of tests/servers, on a free port of the loopback. It ends with its object, or at the latest with this process.</summary>
internal sealed class NodeServer : IDisposable
{
    private readonly Process _process;

    private NodeServer(Process process, Uri address)
    {
        _process = process;
        Address = address;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public Uri Address { get; }

    /// <summary>Starts a program of tests/servers/node_modules/.bin and waits until it says <paramref name="ready"/>, with its address behind it.</summary>
    public static async Task<NodeServer> StartAsync(string program, string ready, params string[] arguments)
    {
        var folder = Folder();
        var script = Path.Combine(folder, "node_modules", ".bin", program);
        Assert.SkipUnless(File.Exists(script), $"{program} is not installed. Install Node.js and run npm ci in tests/servers.");
        var start = new ProcessStartInfo("node") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(script);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        var process = Process.Start(start)!;
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var said = new List<string>();
        void Read(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is null) return;
            lock (said) said.Add(line.Data);
            var at = line.Data.IndexOf(ready, StringComparison.Ordinal);
            if (at < 0) return;
            var text = line.Data[(at + ready.Length)..].Trim();
            address.TrySetResult(new Uri(text.StartsWith("http", StringComparison.Ordinal) ? text : "http://" + text));
        }

        process.OutputDataReceived += Read;
        process.ErrorDataReceived += Read;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => address.TrySetException(new InvalidOperationException($"{program} ended: {Said()}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new NodeServer(process, await address.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        }
        catch
        {
            End(process);
            throw;
        }

        string Said()
        {
            lock (said) return string.Join('\n', said);
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        End(_process);
    }

    private void OnProcessExit(object? sender, EventArgs e) => End(_process);

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit();
        }

        process.Dispose();
    }

    private static string Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Everturn.slnx"))) return Path.Combine(folder.FullName, "tests", "servers");
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Everturn.slnx.");
    }
}
