using System.Diagnostics.CodeAnalysis;
using System.Text;
using Everturn.Activities;

namespace Everturn.Turns;

/// <summary>What is shown of one stream in one run of its turn: always the newest, as often as the channel likes it.</summary>
/// <remarks>The bot appends and goes on; a loop of the preview's own sends, and lasts no longer than there is news.</remarks>
[SuppressMessage("Reliability", "CA1001", Justification = "Sources without timers hold nothing to release.")]
internal sealed class Preview(string key, Ephemerals ephemerals)
{
    /// <summary>The largest preview; what the message has beyond it is seen when it is committed.</summary>
    public const int MaxBytes = 64 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _cutOff = new();
    private int _bytes;
    private string? _status;
    private bool _isNew;
    private bool _isLooping;
    private Task _loop = Task.CompletedTask;

    /// <summary>Names the stream in its turn, the same in each run on each node.</summary>
    public string Key => key;

    public string Text
    {
        get
        {
            lock (_lock)
            {
                return _text.ToString();
            }
        }
    }

    /// <summary>Shows a status, unless there are words already: clients would show it in their place.</summary>
    public void Say(string status)
    {
        lock (_lock)
        {
            _status = status;
            _isNew |= _text.Length == 0 && status.Length > 0;
        }

        Begin();
    }

    public void Append(string words)
    {
        lock (_lock)
        {
            _text.Append(words);
            _bytes += Encoding.UTF8.GetByteCount(words);
            _isNew |= words.Length > 0 && _bytes <= MaxBytes;
        }

        Begin();
    }

    /// <summary>Shows nothing any more; waits a moment for what is under way, which must not come behind the message.</summary>
    /// <returns>The id that the channel gave the stream; null when it shows none.</returns>
    public async Task<string?> CloseAsync()
    {
        _closed.Cancel();
        if (!await ephemerals.IsDoneSoonAsync(_loop))
        {
            _cutOff.Cancel();
        }

        return ephemerals.IdOf(key);
    }

    private void Begin()
    {
        lock (_lock)
        {
            if (!_isNew || _isLooping || ephemerals.Interval is null || _closed.IsCancellationRequested)
            {
                return;
            }

            _isLooping = true;
        }

        _loop = LoopAsync(ephemerals.Interval.Value);
    }

    private async Task LoopAsync(TimeSpan interval)
    {
        while (TakeNews() is var (text, type))
        {
            await ephemerals.ShowAsync(key, text, type, _cutOff.Token);
            await ephemerals.DelayAsync(interval, _closed.Token);
        }
    }

    private (string Text, string Type)? TakeNews()
    {
        lock (_lock)
        {
            _isLooping = _isNew && !_closed.IsCancellationRequested;
            _isNew = false;
            return !_isLooping ? null
                : _text.Length == 0 ? (_status!, StreamTypes.Informative)
                : (Whole(_text.ToString()), StreamTypes.Streaming);
        }
    }

    // Models cut where they like, also between the halves of a character.
    private static string Whole(string text) => char.IsHighSurrogate(text[^1]) ? text[..^1] : text;
}
