using System.CommandLine;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;
using Everturn.Cli.Display;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn fault</c>: hurts and heals a running cluster.</summary>
internal static class FaultCommand
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private static readonly Dictionary<string, string> Descriptions = new(StringComparer.Ordinal)
    {
        ["kill"] = "Ends the node's process without a word (SIGKILL). It stays dead until start or heal.",
        ["pause"] = "Stops the node's process where it stands (SIGSTOP; Linux and macOS).",
        ["resume"] = "Lets a paused node go on (SIGCONT).",
        ["start"] = "Starts a dead node and waits until it is ready.",
        ["kill-region"] = "Kills all nodes of a region.",
        ["start-region"] = "Starts or resumes all nodes of a region and waits until they are ready.",
        ["heal"] = "Starts or resumes every node and waits until all are ready.",
    };

    public static Command Create()
    {
        var command = new Command("fault", "Hurts or heals nodes of the running cluster.");
        foreach (var action in FaultAction.All)
        {
            command.Add(Create(action));
        }

        return command;
    }

    private static Command Create(FaultAction action)
    {
        var data = DataOption.Create();
        var command = new Command(action.Name, Descriptions[action.Name]) { data };
        var target = action.Scope switch
        {
            FaultScope.Node => new Argument<string>("NODE") { Description = "For instance koreacentral-1." },
            FaultScope.Region => new Argument<string>("REGION") { Description = "For instance koreacentral." },
            _ => null,
        };
        if (target is not null)
        {
            command.Add(target);
        }

        command.SetAction(async (parsed, cancellationToken) =>
        {
            var fault = new FaultRequest(action.Name, target is null ? null : parsed.GetRequiredValue(target));
            using var client = new AdminClient(new ClusterDirectory(parsed.GetRequiredValue(data)));
            var status = await client.ApplyAsync(fault, cancellationToken);
            if (action.Name is "start" or "start-region" or "heal")
            {
                status = await WaitUntilReadyAsync(client, fault, status, cancellationToken);
            }

            foreach (var node in Touched(status, fault))
            {
                await parsed.InvocationConfiguration.Output.WriteLineAsync($"{node.Name} {StatusTable.Word(node.State)}");
            }

            return ExitCodes.Done;
        });
        return command;
    }

    private static IEnumerable<NodeStatus> Touched(ClusterStatus status, FaultRequest fault) =>
        from region in status.Regions
        from node in region.Nodes
        where fault.Target is null || fault.Target == node.Name || fault.Target == region.Name
        select node;

    private static async Task<ClusterStatus> WaitUntilReadyAsync(
        AdminClient client, FaultRequest fault, ClusterStatus status, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(ReadyPatience);
        try
        {
            while (Touched(status, fault).Any(node => node.State != NodeState.Ready))
            {
                await Task.Delay(Interval, patience.Token);
                status = await client.StatusAsync(patience.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            var late = Touched(status, fault).Where(node => node.State != NodeState.Ready).Select(node => node.Name);
            throw new CliException(ErrorCodes.NodeNotReady, $"not ready after {ReadyPatience.TotalSeconds:0} s: {string.Join(", ", late)}. See the logs in the data directory.");
        }

        return status;
    }
}
