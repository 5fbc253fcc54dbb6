using System.Text;

namespace Everturn.Language;

/// <summary>What all recognizers have in common: blank texts are nobody's question, and long ones are cut.</summary>
public abstract class Recognizer : IRecognizer
{
    /// <summary>How many characters (UTF-16) of a text are looked at.</summary>
    public const int MaxTextLength = 1000;

    /// <inheritdoc />
    public abstract string Name { get; }

    /// <inheritdoc />
    public abstract bool IsRemote { get; }

    /// <inheritdoc />
    public ValueTask<RecognizerResult> RecognizeAsync(string? text, string? locale = null, CancellationToken cancellationToken = default)
    {
        var heard = Repair(Cut(text ?? ""));
        locale = string.IsNullOrWhiteSpace(locale) ? null : locale.Trim();
        return string.IsNullOrWhiteSpace(heard)
            ? new(RecognizerResult.Nothing(heard, locale, Name))
            : RecognizeTextAsync(heard, locale, cancellationToken);
    }

    /// <summary>Recognizes a text that is neither blank nor too long.</summary>
    protected abstract ValueTask<RecognizerResult> RecognizeTextAsync(string text, string? locale, CancellationToken cancellationToken);

    // Never between the halves of a surrogate pair.
    private static string Cut(string text) => text.Length <= MaxTextLength
        ? text
        : text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)];

    // What is no Unicode can be sent to nobody: half a surrogate pair becomes a replacement character, which is as long.
    private static string Repair(string text)
    {
        if (!text.Any(char.IsSurrogate)) return text;
        var repaired = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) repaired.Append(rune);
        return repaired.ToString();
    }
}
