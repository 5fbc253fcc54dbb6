using System.CommandLine;
using Everturn.Cli.Data;
using Everturn.Users;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn data</c>: hands out, or deletes, what a bot keeps of a user. No node need run.</summary>
internal static class DataCommand
{
    private static readonly Option<string> User = new("--user") { Description = "The user's id on the channel.", HelpName = "ID", Required = true };
    private static readonly Option<string> Bot = new("--bot") { Description = "The bot's name: the first part of its documents' keys.", HelpName = "NAME", Required = true };
    private static readonly Option<string> Store = new("--store") { Description = "SCHEME:CONNECTION, for instance sqlite:FILE.", HelpName = "STORE", Required = true };
    private static readonly Option<string?> Channel = new("--channel") { Description = "The channel, for instance directline. Default: all.", HelpName = "CHANNEL" };
    private static readonly Option<string?> Out = new("--out") { Description = "A new file for the documents, instead of the output.", HelpName = "FILE" };
    private static readonly Option<bool> Yes = new("--yes") { Description = "Erase, instead of telling what would be erased." };

    public static Command Create()
    {
        var export = new Command("export", "Writes what is kept of a user, one line of JSON a document.") { User, Bot, Store, Channel, Out };
        Run(export, ExportAsync);
        var erase = new Command("erase", "Deletes what is kept of a user.") { User, Bot, Store, Channel, Yes };
        Run(erase, EraseAsync);
        return new("data", "Hands out, or deletes, what a bot keeps of a user.") { export, erase };
    }

    private static void Run(Command command, Func<ParseResult, IUserData, CancellationToken, Task<int>> runAsync) =>
        command.SetAction((parsed, cancellationToken) => BotData.UseAsync(
            parsed.GetRequiredValue(Store), parsed.GetRequiredValue(Bot), bot => runAsync(parsed, bot.Users, cancellationToken), cancellationToken));

    private static async Task<int> ExportAsync(ParseResult parsed, IUserData users, CancellationToken cancellationToken)
    {
        var documents = users.ExportAsync(parsed.GetRequiredValue(User), parsed.GetValue(Channel), cancellationToken);
        if (parsed.GetValue(Out) is not { Length: > 0 } file)
        {
            await UserLines.WriteAsync(documents, parsed.InvocationConfiguration.Output);
            return ExitCodes.Done;
        }

        int count;
        await using (var output = UserLines.Create(file))
        {
            count = await UserLines.WriteAsync(documents, output);
        }

        await parsed.InvocationConfiguration.Output.WriteLineAsync(
            count == 0 ? "Nothing is kept of this user." : $"{count} documents are in {Path.GetFullPath(file)}.");
        return ExitCodes.Done;
    }

    private static async Task<int> EraseAsync(ParseResult parsed, IUserData users, CancellationToken cancellationToken)
    {
        var output = parsed.InvocationConfiguration.Output;
        var (user, channel) = (parsed.GetRequiredValue(User), parsed.GetValue(Channel));
        if (!parsed.GetValue(Yes))
        {
            var found = await users.ExportAsync(user, channel, cancellationToken)
                .CountBy(document => $"{document.Kind} on {document.Channel}", StringComparer.Ordinal).ToListAsync(cancellationToken);
            if (found.Count == 0)
            {
                await output.WriteLineAsync("Nothing is kept of this user.");
                return ExitCodes.Done;
            }

            throw new CliException(ErrorCodes.NotConfirmed, "nothing was erased. Repeat the command with --yes to erase the above.", ExitCodes.Usage)
            {
                Details = [.. found.Select(pair => $"{pair.Value} x {pair.Key}")],
            };
        }

        var report = await users.EraseAsync(user, channel, cancellationToken);
        if (report.FoundNothing)
        {
            await output.WriteLineAsync("Nothing is kept of this user.");
            return ExitCodes.Done;
        }

        await output.WriteLineAsync($"ended        {report.Ended.Count} conversations of the user alone");
        await output.WriteLineAsync($"cleaned      {report.Cleaned.Count} conversations with others");
        await output.WriteLineAsync($"deleted      {report.DeadLetters} dead letters, {report.UserRecords} user records");
        return report.IsComplete ? ExitCodes.Done : throw new CliException(
            ErrorCodes.NotAllErased, $"{report.Pending.Count} documents are left. Repeat the command when their reasons are gone.")
        {
            Details = [.. report.Pending.Select(pending => $"{pending.StoreKey}: {pending.Reason}")],
        };
    }
}
