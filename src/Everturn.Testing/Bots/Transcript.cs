using Everturn.Activities;
using Everturn.Delivery;

namespace Everturn.Testing.Bots;

/// <summary>What was said in one conversation, as the channel shows it.</summary>
internal sealed class Transcript(string conversation)
{
    private readonly Lock _lock = new();
    private readonly List<Line> _lines = [];
    private readonly List<string> _previews = [];
    private RowId? _highest;

    public string Conversation { get; } = conversation;

    /// <summary>How often the bot has shown that it is writing.</summary>
    public int Typing { get; private set; }

    /// <summary>What was shown of messages before they were committed, in order.</summary>
    public IReadOnlyList<string> Previews
    {
        get
        {
            lock (_lock)
            {
                return [.. _previews];
            }
        }
    }

    /// <summary>What the bot has said, in order, as it is now: what was taken back is not among it.</summary>
    public IReadOnlyList<Activity> Replies => [.. Lines.Where(line => line.IsOfBot).Select(line => line.Activity)];

    /// <summary>What both have said, as it is now.</summary>
    public IReadOnlyList<(bool IsOfBot, Activity Activity)> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines.Where(line => !line.IsDeleted).Select(line => (line.IsOfBot, line.Activity))];
            }
        }
    }

    /// <summary>Whether the bot has said something that the test has not looked at.</summary>
    public bool HasNews => News.Count > 0;

    /// <summary>What the bot has said and the test has not looked at.</summary>
    public IReadOnlyList<Activity> News
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines.Where(line => line.IsNews).Select(line => line.Activity)];
            }
        }
    }

    /// <summary>The next thing that the bot has said.</summary>
    public Activity ReadNext()
    {
        lock (_lock)
        {
            var line = _lines.First(line => line.IsNews);
            line.IsRead = true;
            return line.Activity;
        }
    }

    public void Said(Activity activity)
    {
        lock (_lock)
        {
            _lines.Add(new(false, activity));
        }
    }

    /// <summary>A row arrives.</summary>
    /// <param name="row">The row.</param>
    /// <param name="takesOurIds">Whether the channel knows rows by our ids, and shows one that comes twice once.</param>
    public DeliveryOutcome Arrive(OutboxRow row, bool takesOurIds)
    {
        lock (_lock)
        {
            var isNew = _highest is not { } highest || row.Id > highest;
            var id = row.Action is not RowAction.Send && row.TargetId is { } named ? named : IdOf(row.TargetRow ?? row.Id);
            _highest = isNew ? row.Id : _highest;
            if (!isNew && takesOurIds)
            {
                return new DeliveryOutcome.Delivered(id);
            }

            var activity = ActivityJson.Read(row.Activity.Span);
            if (row.Action is not RowAction.Send)
            {
                return Change(row.Action, id, activity);
            }

            if (!row.IsEcho && activity.Type != ActivityTypes.Trace)
            {
                activity.Id ??= id;
                _lines.Add(new(true, activity));
            }

            return new DeliveryOutcome.Delivered(activity.Id);
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

    /// <summary>A message is shown as far as it has come.</summary>
    public void Preview(string text)
    {
        lock (_lock)
        {
            _previews.Add(text);
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

    private static string IdOf(RowId row) => $"reply-{row}";

    private DeliveryOutcome Change(RowAction action, string id, Activity activity)
    {
        if (_lines.FindLast(line => line.IsOfBot && !line.IsDeleted && line.Activity.Id == id) is not { } line)
        {
            return new DeliveryOutcome.Rejected($"the channel knows no activity '{id}'");
        }

        line.IsDeleted = action is RowAction.Delete;
        if (!line.IsDeleted)
        {
            activity.Id = id;
            line.Activity = activity;
        }

        return new DeliveryOutcome.Delivered(id);
    }

    private sealed class Line(bool isOfBot, Activity activity)
    {
        public bool IsOfBot => isOfBot;

        public Activity Activity { get; set; } = activity;

        public bool IsDeleted { get; set; }

        public bool IsRead { get; set; }

        public bool IsNews => isOfBot && !IsRead && !IsDeleted;
    }
}
