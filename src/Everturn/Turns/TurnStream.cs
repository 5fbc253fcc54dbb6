using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>A message that is shown while it comes into being, and committed with its turn.</summary>
/// <remarks>
/// <para>
/// What is shown before is a preview: best effort, on channels that can (Direct Line with Web Chat, Teams), all the words so far
/// about every <see cref="Delivery.IChannel.PreviewInterval"/>, the first 65,536 bytes. No call waits for the channel, and what is lost harms nothing.
/// The message itself is a reply of the turn like any other.
/// </para>
/// <para>A stream that is neither ended nor cancelled when the bot returns fails the turn (ET1045). Not for use by two threads at once.</para>
/// </remarks>
public sealed class TurnStream
{
    private readonly TurnContext _turn;
    private readonly Preview _preview;
    private Activity? _message;
    private int _place;

    internal TurnStream(TurnContext turn, Preview preview)
    {
        _turn = turn;
        _preview = preview;
    }

    /// <summary>The words so far.</summary>
    public string Text => _preview.Text;

    internal bool IsOpen { get; private set; } = true;

    /// <summary>
    /// Its message's place among the replies, and the message itself, marked as what takes the place of what was shown; null when there is
    /// no message or nothing was shown.
    /// </summary>
    internal (int Place, Activity Message)? Final { get; private set; }

    /// <summary>What names the stream in its turn, when it comes to a message; null otherwise.</summary>
    internal string? CommittedKey => _message is null ? null : _preview.Key;

    /// <summary>Shows what the bot is doing, until the first words of the message come; later it shows nothing. Never committed.</summary>
    /// <param name="status">For instance <c>Looking it up ...</c>; clients show some 1,000 characters at most.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="InvalidOperationException">The stream is over (ET1046).</exception>
    public ValueTask SayAsync(string status, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(status);
        ThrowIfOver(cancellationToken);
        _preview.Say(status);
        return default;
    }

    /// <summary>Adds words to the message. Null and empty ones, as models send them, add nothing.</summary>
    /// <param name="words">What comes behind the words so far.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="InvalidOperationException">The stream is over (ET1046).</exception>
    public ValueTask AppendAsync(string? words, CancellationToken cancellationToken = default)
    {
        ThrowIfOver(cancellationToken);
        _preview.Append(words ?? "");
        return default;
    }

    /// <summary>Ends the stream and sends the words so far as a message when the turn is committed; nothing when there are none.</summary>
    /// <returns>The provisional id of the message; empty when there is none.</returns>
    /// <exception cref="InvalidOperationException">The stream is over (ET1046).</exception>
    public ValueTask<string> EndAsync(CancellationToken cancellationToken = default) => EndAsync(new Activity(), cancellationToken);

    /// <summary>As the other overload, with attachments, buttons or other members. The words so far are its text, unless it has one.</summary>
    /// <param name="message">The message; it is the stream's from now on.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <exception cref="InvalidOperationException">The stream is over (ET1046), or the message too large (ET1002) or nested too deep (ET1017).</exception>
    public async ValueTask<string> EndAsync(Activity message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ThrowIfOver(cancellationToken);
        IsOpen = false;
        message.Type = ActivityTypes.Message;
        message.Text ??= Text is { Length: > 0 } text ? text : null;
        if (string.IsNullOrEmpty(message.Text) && message.Attachments is null or [] && message.SuggestedActions is null)
        {
            return "";
        }

        _place = _turn.Replies.Count;
        var id = await _turn.SendActivityAsync(message, cancellationToken);
        _message = message;
        return id;
    }

    /// <summary>Ends the stream without a message; what was shown is taken away when the turn is over.</summary>
    /// <exception cref="InvalidOperationException">The stream is over (ET1046).</exception>
    public ValueTask CancelAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfOver(cancellationToken);
        IsOpen = false;
        return default;
    }

    /// <summary>Shows nothing any more: the turn is over, and its message, if there is one, follows what was shown.</summary>
    internal async Task CloseAsync()
    {
        IsOpen = false;
        if (await _preview.CloseAsync() is { } id && _message is not null)
        {
            new StreamInfo(id, Sequence: null, StreamTypes.Final).ApplyTo(_message);
            Final = (_place, _message);
        }
    }

    private void ThrowIfOver(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsOpen)
        {
            throw new InvalidOperationException("ET1046: the stream has been ended, or its turn is over. Begin another one in the turn that sends the words.");
        }
    }
}
