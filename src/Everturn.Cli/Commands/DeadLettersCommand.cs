using System.CommandLine;
using System.Globalization;
using System.Text;
using Everturn.Activities;
using Everturn.Cli.Data;
using Everturn.Delivery;

namespace Everturn.Cli.Commands;

/// <summary><c>everturn deadletters</c>: what a bot has given up on, for a person to look at, to replay or to drop. No node need run.</summary>
internal static class DeadLettersCommand
{
    private const int LongestText = 60;

    private static readonly Argument<string> Id = new("id") { Description = "The letter's id, as list shows it." };
    private static readonly Option<string> Bot = new("--bot") { Description = "The bot's name: the first part of its documents' keys.", HelpName = "NAME", Required = true };
    private static readonly Option<string> Store = new("--store") { Description = "SCHEME:CONNECTION, for instance sqlite:FILE.", HelpName = "STORE", Required = true };

    public static Command Create() => new("deadletters", "Shows what a bot has given up on, replays it, or drops it.")
    {
        Create("list", "Lists the dead letters.", hasId: false, ListAsync),
        Create("show", "Shows one with its activity.", hasId: true, ShowAsync),
        Create("replay", "Puts one back: an activity into its queue, a reply into its outbox.", hasId: true, ReplayAsync),
        Create("drop", "Deletes one for good.", hasId: true, DropAsync),
    };

    private static Command Create(
        string name, string description, bool hasId, Func<IDeadLetters, string, TextWriter, CancellationToken, Task<int>> runAsync)
    {
        var command = new Command(name, description) { Bot, Store };
        if (hasId)
        {
            command.Add(Id);
        }

        command.SetAction((parsed, cancellationToken) => BotData.UseAsync(
            parsed.GetRequiredValue(Store),
            parsed.GetRequiredValue(Bot),
            bot => runAsync(bot.DeadLetters, hasId ? parsed.GetRequiredValue(Id) : "", parsed.InvocationConfiguration.Output, cancellationToken),
            cancellationToken));
        return command;
    }

    private static async Task<int> ListAsync(IDeadLetters letters, string _, TextWriter output, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var letter in letters.ListAsync(cancellationToken))
        {
            count++;
            await output.WriteLineAsync($"{letter.Id}  {Time(letter)}  {Kind(letter)}  {letter.Conversation.Channel}/{letter.Conversation.Id}  {Text(letter)}");
        }

        if (count == 0)
        {
            await output.WriteLineAsync("There are no dead letters.");
        }

        return ExitCodes.Done;
    }

    private static async Task<int> ShowAsync(IDeadLetters letters, string id, TextWriter output, CancellationToken cancellationToken)
    {
        var letter = await letters.FindAsync(id, cancellationToken) ?? throw Missing(id);
        await output.WriteLineAsync($"id            {letter.Id}");
        await output.WriteLineAsync($"kind          {Kind(letter)}");
        await output.WriteLineAsync($"conversation  {letter.Conversation.Channel}/{letter.Conversation.Id}");
        await output.WriteLineAsync($"given up      {Time(letter)}");
        await output.WriteLineAsync($"attempts      {letter.Attempts.ToString(CultureInfo.InvariantCulture)}");
        await output.WriteLineAsync($"reason        {letter.Reason}");
        await output.WriteLineAsync(Encoding.UTF8.GetString(letter.Activity.Span));
        return ExitCodes.Done;
    }

    private static async Task<int> ReplayAsync(IDeadLetters letters, string id, TextWriter output, CancellationToken cancellationToken)
    {
        if (!await letters.ReplayAsync(id, cancellationToken))
        {
            throw Missing(id);
        }

        await output.WriteLineAsync("It is put back; the bot's nodes take it from there.");
        return ExitCodes.Done;
    }

    private static async Task<int> DropAsync(IDeadLetters letters, string id, TextWriter output, CancellationToken cancellationToken)
    {
        if (!await letters.DropAsync(id, cancellationToken))
        {
            throw Missing(id);
        }

        await output.WriteLineAsync("It is deleted.");
        return ExitCodes.Done;
    }

    private static CliException Missing(string id) =>
        new(ErrorCodes.NoSuchDeadLetter, $"there is no dead letter '{id}'. everturn deadletters list shows those that there are.");

    private static string Kind(DeadLetter letter) => letter.Kind is DeadLetterKind.Inbound ? "activity" : "reply";

    private static string Time(DeadLetter letter) => letter.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // One line, whatever a user has written.
    private static string Text(DeadLetter letter)
    {
        var activity = ActivityJson.Read(letter.Activity.Span);
        var text = activity.Text ?? $"({activity.Type} {activity.Name})";
        var line = new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
        return line.Length <= LongestText ? line : line[..LongestText] + "...";
    }
}
