using System.CommandLine;
using System.Text.Json;
using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;
using Everturn.Cli.Display;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn status</c>: the regions and nodes of a running cluster.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One line of JSON, for programs." };
        var data = DataOption.Create();
        var command = new Command("status", "Shows the nodes of the running cluster.") { json, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var client = new AdminClient(new ClusterDirectory(parsed.GetRequiredValue(data)));
            var status = await client.StatusAsync(cancellationToken);
            var output = parsed.InvocationConfiguration.Output;
            if (parsed.GetValue(json))
            {
                await output.WriteLineAsync(JsonSerializer.Serialize(status, CliJson.Default.ClusterStatus));
            }
            else
            {
                await StatusTable.WriteAsync(output, status);
            }

            return ExitCodes.Done;
        });
        return command;
    }
}
