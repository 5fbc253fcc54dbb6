using System.Threading.Channels;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Display;

/// <summary>A line for each change of a node's state, for pipes and logs.</summary>
internal sealed class PlainView : ClusterView
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>(new() { SingleReader = true });
    private readonly Dictionary<string, NodeState> _states = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private readonly TextWriter _output;
    private readonly Task _writing;

    public PlainView(TextWriter output)
    {
        _output = output;
        _writing = WriteAsync();
    }

    public override void NodeChanged(NodeSnapshot node)
    {
        lock (_lock)
        {
            if (_states.TryGetValue(node.Name, out var before) && before == node.State)
            {
                return;
            }

            _states[node.Name] = node.State;
        }

        var process = node.ProcessId is { } id ? $" (process {id}{(node.Url is null ? "" : ", " + node.Url)})" : "";
        _lines.Writer.TryWrite($"{node.Name} {StatusTable.Word(node.State)}{process}");
    }

    public override void Show(Func<ClusterStatus> status)
    {
    }

    // In order behind the states that led to it.
    public override Task ReadyAsync(string url)
    {
        _lines.Writer.TryWrite($"Ready: {url}");
        return Task.CompletedTask;
    }

    public override async Task EndAsync()
    {
        _lines.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAsync()
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            await _output.WriteLineAsync(line);
            await _output.FlushAsync();
        }
    }
}
