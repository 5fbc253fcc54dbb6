using Everturn.Activities;
using Everturn.Delivery;

namespace Everturn.Testing.Bots;

/// <summary>What was said in one conversation, as the channel shows it.</summary>
internal sealed class Transcript(string conversation)
{
    private readonly Lock _lock = new();
    private readonly List<(bool IsOfBot, Activity Activity)> _lines = [];
    private RowId? _highest;
    private int _read;

    public string Conversation { get; } = conversation;

    /// <summary>How often the bot has shown that it is writing.</summary>
    public int Typing { get; private set; }

    /// <summary>What the bot has said, in order.</summary>
    public IReadOnlyList<Activity> Replies => [.. Lines.Where(line => line.IsOfBot).Select(line => line.Activity)];

    /// <summary>What both have said.</summary>
    public IReadOnlyList<(bool IsOfBot, Activity Activity)> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Whether the bot has said something that the test has not looked at.</summary>
    public bool HasNews => Replies.Count > _read;

    /// <summary>What the bot has said and the test has not looked at.</summary>
    public IReadOnlyList<Activity> News => [.. Replies.Skip(_read)];

    /// <summary>The next thing that the bot has said.</summary>
    public Activity ReadNext() => Replies[_read++];

    public void Said(Activity activity)
    {
        lock (_lock)
        {
            _lines.Add((false, activity));
        }
    }

    /// <summary>A row arrives.</summary>
    /// <param name="row">The row.</param>
    /// <param name="showsOnce">Whether a row that comes twice is shown once.</param>
    public void Arrive(OutboxRow row, bool showsOnce)
    {
        lock (_lock)
        {
            if (showsOnce && row.Id <= _highest)
            {
                return;
            }

            _highest = _highest > row.Id ? _highest : row.Id;
            var activity = ActivityJson.Read(row.Activity.Span);
            if (!row.IsEcho && activity.Type != ActivityTypes.Trace)
            {
                activity.Id ??= $"reply-{row.Id}";
                _lines.Add((true, activity));
            }
        }
    }

    /// <summary>Whether a row has arrived.</summary>
    public bool Has(RowId row)
    {
        lock (_lock)
        {
            return row <= _highest;
        }
    }

    /// <summary>The bot shows that it is writing.</summary>
    public void Write()
    {
        lock (_lock)
        {
            Typing++;
        }
    }

    /// <summary>The conversation has ended: its numbers begin anew.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _highest = null;
        }
    }
}
