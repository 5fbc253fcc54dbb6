using System.Globalization;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;
using Spectre.Console;

namespace Everturn.Cli.Display;

/// <summary>A table of the nodes that changes in place, for a terminal.</summary>
internal sealed class LiveView(TextWriter output) : ClusterView
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _changed = new(0);
    private CancellationTokenSource? _shown;
    private Task _showing = Task.CompletedTask;
    private Func<ClusterStatus>? _status;

    public override void NodeChanged(NodeSnapshot node) => _changed.Release();

    public override void Show(Func<ClusterStatus> status)
    {
        _status = status;
        _shown = new();
        _showing = ShowAsync(status, _shown.Token);
    }

    // The line stands above the table, in the scrollback, where it can be copied from.
    public override async Task ReadyAsync(string url)
    {
        await EndAsync();
        await output.WriteLineAsync($"Ready: {url}");
        Show(_status!);
    }

    public override async Task EndAsync()
    {
        if (_shown is not null)
        {
            await _shown.CancelAsync();
            await _showing;
            _shown.Dispose();
            _shown = null;
        }
    }

    private Task ShowAsync(Func<ClusterStatus> status, CancellationToken ended) =>
        AnsiConsole.Live(Table(status())).AutoClear(true).StartAsync(async live =>
        {
            while (!ended.IsCancellationRequested)
            {
                live.UpdateTarget(Table(status()));
                await Task.WhenAny(_changed.WaitAsync(Interval, ended));
            }
        });

    private static Table Table(ClusterStatus status)
    {
        var table = new Table().RoundedBorder().AddColumns("region", "node", "state", "process", "url").Caption("Ctrl-C stops the cluster");
        foreach (var region in status.Regions)
        {
            foreach (var node in region.Nodes)
            {
                table.AddRow(
                    region.Name,
                    node.Name,
                    $"[{Color(node.State)}]{StatusTable.Word(node.State)}[/]",
                    node.Pid?.ToString(CultureInfo.InvariantCulture) ?? "",
                    Markup.Escape(node.Url ?? ""));
            }
        }

        return table;
    }

    private static string Color(NodeState state) => state switch
    {
        NodeState.Ready => "green",
        NodeState.Starting => "yellow",
        NodeState.Paused => "blue",
        _ => "red",
    };
}
