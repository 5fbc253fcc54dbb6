using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;
using Spectre.Console;

namespace Everturn.Cli.Display;

/// <summary>What a person sees of `up` while it runs.</summary>
internal abstract class ClusterView : IAsyncDisposable
{
    /// <summary>A live table on a terminal, else a line for each change.</summary>
    public static ClusterView Create(TextWriter output) =>
        !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? new LiveView(output)
            : new PlainView(output);

    /// <summary>Called on each change, in order, while the node is locked: returns at once.</summary>
    public abstract void NodeChanged(NodeSnapshot node);

    /// <summary>Begins to show what <paramref name="status"/> returns.</summary>
    public abstract void Show(Func<ClusterStatus> status);

    /// <summary>All nodes are ready.</summary>
    public abstract Task ReadyAsync(string url);

    /// <summary>Shows what happened until now, and no more.</summary>
    public abstract Task EndAsync();

    public async ValueTask DisposeAsync() => await EndAsync();
}
