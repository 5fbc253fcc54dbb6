using System.CommandLine;
using Everturn.Cli.Bots;
using Everturn.Cli.Creation;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn new</c>: a bot to begin with, and its tests.</summary>
internal static class NewCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The bot's name, for instance PizzaBot." };
        var directory = new Option<string?>("--output", "-o") { Description = "Where its projects go; by default a new folder of its name.", HelpName = "DIRECTORY" };
        var command = new Command("new", "Makes a bot with its tests.") { name, directory };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var bot = BotName.Read(parsed.GetRequiredValue(name));
            var place = Path.GetFullPath(parsed.GetValue(directory) ?? bot);
            var output = parsed.InvocationConfiguration.Output;
            await NewBot.CreateAsync(bot, place, output, cancellationToken);

            var everturn = Sources.Root is { } root ? Path.Combine(root, OperatingSystem.IsWindows() ? "everturn.cmd" : "everturn") : "everturn";
            await output.WriteLineAsync(
                $"""
                {bot} is in {place}
                  cd {place}
                  dotnet test                          runs its tests
                  dotnet run --project src/{bot}   serves it at http://localhost:3978
                  {everturn} up --bot src/{bot}   runs it on many nodes, with a page to chat
                """);
            return ExitCodes.Done;
        });
        return command;
    }
}
