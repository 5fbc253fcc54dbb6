using System.Security.Cryptography;
using System.Text;
using Everturn.Turns;

namespace Everturn.Language;

/// <summary>Recognizes what a turn is about.</summary>
public static class RecognizerTurnExtensions
{
    /// <summary>
    /// Recognizes the text of the turn's activity. What a remote recognizer answers is a step of the turn, named after the
    /// recognizer and what it is asked: it is asked that once, and every run of the turn goes on with the same answer.
    /// </summary>
    /// <param name="turn">The turn.</param>
    /// <param name="recognizer">The recognizer. A local one is asked in every run: it always answers alike.</param>
    /// <param name="durability">
    /// How long a remote answer is remembered. <see cref="StepDurability.Durable"/> costs a write. <see cref="StepDurability.Remembered"/>
    /// costs nothing and is right for a turn that makes no other external call: another node may get another answer, but then nothing has
    /// happened yet that rests on the first.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async ValueTask<RecognizerResult> RecognizeAsync(
        this TurnContext turn,
        IRecognizer recognizer,
        StepDurability durability = StepDurability.Durable,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(turn);
        ArgumentNullException.ThrowIfNull(recognizer);
        var (text, locale) = (turn.Activity.Text, turn.Activity.Locale);
        return recognizer.IsRemote && !string.IsNullOrWhiteSpace(text)
            ? await turn.OnceAsync($"recognize {recognizer.Name} {Short(text, locale)}", AskAsync, durability, cancellationToken)
            : await recognizer.RecognizeAsync(text, locale, cancellationToken);

        static string Short(string text, string? locale) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{locale}\n{text}")).AsSpan(0, 4));

        async Task<RecognizerResult> AskAsync(CancellationToken token) => await recognizer.RecognizeAsync(text, locale, token);
    }
}
