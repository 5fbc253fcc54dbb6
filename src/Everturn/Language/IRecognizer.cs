namespace Everturn.Language;

/// <summary>Tells what a user wants (an intent) and of what he speaks (entities). One instance serves all conversations at once.</summary>
/// <remarks>In a turn call <see cref="RecognizerTurnExtensions.RecognizeAsync"/>, which makes a remote recognizer's answer part of the turn.</remarks>
public interface IRecognizer
{
    /// <summary>The recognizer's name, unique among those of a bot, such as <c>local</c> or <c>clu</c>.</summary>
    string Name { get; }

    /// <summary>Whether it asks another machine. Then it costs time, may fail, and may answer otherwise the next time.</summary>
    bool IsRemote { get; }

    /// <summary>Recognizes a text. A blank one is <see cref="RecognizerResult.NoIntent"/>.</summary>
    /// <param name="text">What the user said. Only the first <see cref="Recognizer.MaxTextLength"/> characters are looked at.</param>
    /// <param name="locale">The language he is thought to speak, such as <c>de-DE</c>; null when nobody knows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RecognizerException">A remote recognizer got no answer, and nothing could take its place.</exception>
    ValueTask<RecognizerResult> RecognizeAsync(string? text, string? locale = null, CancellationToken cancellationToken = default);
}
