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
    public DeliveryOutcome Arrive(OutboxRow row, bool showsOnce)
    {
        lock (_lock)
        {
            if (showsOnce && row.Id <= _highest)
            {
                return new DeliveryOutcome.Delivered(null);
            }

            _highest = _highest > row.Id ? _highest : row.Id;
            var activity = ActivityJson.Read(row.Activity.Span);
            if (row.Action is not RowAction.Send)
            {
                return Change(row.TargetId ?? IdOf(row.TargetRow!.Value), row.Action is RowAction.Update ? activity : null);
            }

            if (!row.IsEcho && activity.Type != ActivityTypes.Trace)
            {
                activity.Id ??= IdOf(row.Id);
                _lines.Add((true, activity));
            }

            return new DeliveryOutcome.Delivered(activity.Id);
        }
    }

    private static string IdOf(RowId row) => $"reply-{row}";

    // In its place, or without a trace, as users see it.
    private DeliveryOutcome Change(string id, Activity? changed)
    {
        if (!_lines.Exists(IsMeant))
        {
            return new DeliveryOutcome.Rejected($"404: the bot has said no '{id}' in this conversation, or has deleted it.");
        }

        if (changed is null)
        {
            _read -= _lines.Where(line => line.IsOfBot).Take(_read).Count(IsMeant);
            _lines.RemoveAll(line => IsMeant(line));
            return new DeliveryOutcome.Delivered(null);
        }

        changed.Id = id;
        for (var at = 0; at < _lines.Count; at++)
        {
            _lines[at] = IsMeant(_lines[at]) ? (true, changed) : _lines[at];
        }

        return new DeliveryOutcome.Delivered(null);

        bool IsMeant((bool IsOfBot, Activity Activity) line) => line.IsOfBot && line.Activity.Id == id;
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
