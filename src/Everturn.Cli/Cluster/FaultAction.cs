using Everturn.Cli.Admin;

namespace Everturn.Cli.Cluster;

/// <summary>Something that can be done to running nodes, by its name on the command line and in the admin API.</summary>
/// <param name="Name">For instance <c>kill-region</c>.</param>
/// <param name="Scope">What its target names.</param>
/// <param name="ApplyAsync">Does it to one node.</param>
internal sealed record FaultAction(string Name, FaultScope Scope, Func<NodeSupervisor, Task<FaultRefusal?>> ApplyAsync)
{
    public static IReadOnlyList<FaultAction> All { get; } =
    [
        new("kill", FaultScope.Node, KillAsync),
        new("pause", FaultScope.Node, node => Now(node.Pause() ? null : Dead(node, "paused"))),
        new("resume", FaultScope.Node, node => Now(node.Resume() ? null : Dead(node, "resumed"))),
        new("start", FaultScope.Node, Start),
        new("kill-region", FaultScope.Region, KillAsync),
        new("start-region", FaultScope.Region, HealAsync),
        new("heal", FaultScope.All, HealAsync),
    ];

    public static string AllNames { get; } = string.Join(", ", All.Select(action => action.Name));

    public static FaultAction? Find(string? name) => All.FirstOrDefault(action => action.Name == name);

    private static async Task<FaultRefusal?> KillAsync(NodeSupervisor node)
    {
        await node.KillAsync();
        return null;
    }

    private static Task<FaultRefusal?> Start(NodeSupervisor node)
    {
        if (node.Snapshot().State == NodeState.Paused)
        {
            return Now(new(409, ErrorCodes.NotInThisState, $"node {node.Name} is paused, not dead: resume it."));
        }

        node.Start();
        return Now(null);
    }

    private static Task<FaultRefusal?> HealAsync(NodeSupervisor node)
    {
        node.Resume();
        node.Start();
        return Now(null);
    }

    private static FaultRefusal Dead(NodeSupervisor node, string participle) =>
        new(409, ErrorCodes.NotInThisState, $"node {node.Name} is dead and cannot be {participle}: start it.");

    private static Task<FaultRefusal?> Now(FaultRefusal? refusal) => Task.FromResult(refusal);
}
