using System.CommandLine;
using Everturn.Cli.Chat;
using Everturn.Cli.Cluster;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn chat</c>: a conversation in the terminal.</summary>
internal static class ChatCommand
{
    private const string OwnBot = "http://localhost:3978";

    public static Command Create()
    {
        var url = new Option<string?>("--url") { Description = "A server with Direct Line; by default the cluster in the data directory.", HelpName = "URL" };
        var data = DataOption.Create();
        var command = new Command("chat", "Talks to the bot: each line is a message. Ends with the input (Ctrl-D).") { url, data };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var server = ReadUrl(parsed.GetValue(url))
                ?? new Uri(new ClusterDirectory(parsed.GetRequiredValue(data)).Find($"; or name a bot that runs by itself: --url {OwnBot}").Gateway);
            using var conversation = await Conversation.StartAsync(server, cancellationToken);
            var interactive = !Console.IsInputRedirected && !Console.IsOutputRedirected;
            var configuration = parsed.InvocationConfiguration;
            if (interactive)
            {
                await configuration.Output.WriteLineAsync($"Talking to {server}. Ctrl-D ends.");
            }

            var session = new ChatSession(conversation, Console.In, configuration.Output, configuration.Error, interactive);
            return await session.RunAsync(cancellationToken) ? ExitCodes.Done : ExitCodes.Failed;
        });
        return command;
    }

    private static Uri? ReadUrl(string? url) =>
        url is null ? null
        : Uri.TryCreate(url, UriKind.Absolute, out var read) && read.Scheme is "http" or "https" ? read
        : throw new CliException(ErrorCodes.CommandLine, $"--url is '{url}'; it must be like {OwnBot}.", ExitCodes.Usage);
}
