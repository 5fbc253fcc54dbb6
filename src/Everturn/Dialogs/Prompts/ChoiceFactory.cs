using System.Globalization;
using Everturn.Activities;
using Everturn.Turns;

namespace Everturn.Dialogs.Prompts;

/// <summary>Makes choices, and messages that show them.</summary>
public static class ChoiceFactory
{
    private const int MostButtons = 10;

    /// <summary>A choice for each value.</summary>
    public static List<Choice> ToChoices(params IEnumerable<string> values) => [.. values.Select(value => new Choice(value))];

    /// <summary>
    /// The message with its choices. It is changed in place. Lists are numbered, unless a choice is a number itself: nobody could tell which of
    /// the two an answer means.
    /// </summary>
    /// <param name="message">The question.</param>
    /// <param name="choices">The choices, in order.</param>
    /// <param name="style">How they are shown.</param>
    public static Activity Show(Activity message, IReadOnlyList<Choice> choices, ListStyle style)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(choices);
        if (style is ListStyle.Auto)
        {
            style = choices.Count <= MostButtons ? ListStyle.SuggestedAction : ListStyle.List;
        }

        var isCounted = AreCounted(choices);
        switch (style)
        {
            case ListStyle.SuggestedAction:
                message.SuggestedActions = MessageFactory.SuggestedActions(choices.Select(choice => choice.Value)).SuggestedActions;
                break;
            case ListStyle.Inline:
                message.Text = $"{message.Text} {string.Join(", ", choices.Select((choice, at) => isCounted ? $"({Number(at)}) {choice.Value}" : choice.Value))}".TrimStart();
                break;
            case ListStyle.List:
                message.Text = string.Join('\n', choices.Select((choice, at) => $"{(isCounted ? $"{Number(at)}." : "-")} {choice.Value}").Prepend($"{message.Text}\n")).TrimStart();
                break;
        }

        return message;
    }

    /// <summary>Whether a choice can be named by its place: not when one of them is a number.</summary>
    internal static bool AreCounted(IReadOnlyList<Choice> choices) => !choices.Any(choice =>
        decimal.TryParse(Words.Simplify(choice.Value), NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _));

    private static string Number(int at) => (at + 1).ToString(CultureInfo.InvariantCulture);
}
