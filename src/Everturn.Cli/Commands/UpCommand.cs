using System.CommandLine;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn up</c>: gateway, page and nodes, until it is told to stop.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var bot = new Option<string>("--bot")
        {
            Description = "pizza, numbers, agent, geo, or the path of a bot's project.",
            HelpName = "BOT",
            DefaultValueFactory = _ => "pizza",
        };
        var regions = new Option<string>("--regions")
        {
            Description = "Azure region names, separated by commas.",
            HelpName = "LIST",
            DefaultValueFactory = _ => "koreacentral,southeastasia",
        };
        var nodes = new Option<int>("--nodes") { Description = "Nodes in each region, 1 to 16.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var store = new Option<string>("--store")
        {
            Description = "memory (one node only), sqlite (the data directory's store.db), sqlite:FILE, or SCHEME:CONNECTION of another store that the bot offers.",
            HelpName = "STORE",
            DefaultValueFactory = _ => "sqlite",
        };
        var port = new Option<int>("--port") { Description = "The gateway's port; 0 picks a free one.", HelpName = "PORT", DefaultValueFactory = _ => 3978 };
        var data = DataOption.Create();
        var noBrowser = new Option<bool>("--no-browser") { Description = "Do not open the page." };

        var command = new Command("up", "Starts a bot on all its nodes behind one gateway.") { bot, regions, nodes, store, port, data, noBrowser };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = UpOptions.Create(
                parsed.GetRequiredValue(bot),
                parsed.GetRequiredValue(regions),
                parsed.GetRequiredValue(nodes),
                parsed.GetRequiredValue(store),
                parsed.GetRequiredValue(port),
                parsed.GetRequiredValue(data),
                openBrowser: !parsed.GetValue(noBrowser));
            return await new UpRun(options, parsed.InvocationConfiguration.Output).RunAsync(cancellationToken);
        });
        return command;
    }
}
