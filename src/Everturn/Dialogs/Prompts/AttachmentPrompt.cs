using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>Asks for files; takes any message that has some. Cards, and the copy of its text that a client adds as HTML, are none.</summary>
/// <param name="id">The prompt's id.</param>
/// <param name="validator">Judges answers.</param>
public class AttachmentPrompt(string id, PromptValidator<List<Attachment>>? validator = null) : Prompt<List<Attachment>>(id, validator)
{
    /// <inheritdoc />
    protected override Task<PromptRecognizerResult<List<Attachment>>> OnRecognizeAsync(
        TurnContext turn, PromptOptions options, CultureInfo culture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        var files = turn.Activity.Attachments?.FindAll(attachment => IsFile(attachment, turn.Activity));
        return Recognized(files is { Count: > 0 }, files);
    }

    private static bool IsFile(Attachment attachment, Activity message) =>
        attachment.ContentUrl is not null || attachment.ContentType is not { } type
        || !(type.Contains(".card.", StringComparison.OrdinalIgnoreCase)
            || (type.StartsWith("text/html", StringComparison.OrdinalIgnoreCase) && !string.IsNullOrWhiteSpace(message.Text)));
}
