using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Tests;

/// <summary>A channel of this process that records what arrives; it stands for any foreign channel.</summary>
internal sealed class RecordingChannel : IChannel
{
    private readonly Lock _lock = new();
    private readonly List<(RowId Row, string Text)> _arrivals = [];
    private readonly List<OutboxRow> _rows = [];
    private readonly List<Activity> _ephemeral = [];
    private readonly List<ConversationKey> _erased = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Decides about a row before it is recorded; null lets it pass.</summary>
    public Func<OutboxRow, CancellationToken, Task<DeliveryOutcome?>>? Before { get; set; }

    public IReadOnlyList<(RowId Row, string Text)> Arrivals
    {
        get
        {
            lock (_lock)
            {
                return [.. _arrivals];
            }
        }
    }

    public IReadOnlyList<OutboxRow> Rows
    {
        get
        {
            lock (_lock)
            {
                return [.. _rows];
            }
        }
    }

    public bool TakesOurIds { get; init; }

    public IReadOnlyList<string> Texts => [.. Arrivals.Select(arrival => arrival.Text)];

    public IReadOnlyList<Activity> Ephemeral
    {
        get
        {
            lock (_lock)
            {
                return [.. _ephemeral];
            }
        }
    }

    public IReadOnlyList<ConversationKey> Erased
    {
        get
        {
            lock (_lock)
            {
                return [.. _erased];
            }
        }
    }

    public bool Serves(string channelId, string serviceUrl) => serviceUrl == "test:service";

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var outcomes = new List<DeliveryOutcome>();
        foreach (var row in rows)
        {
            if (Before is { } before && await before(row, cancellationToken) is { } decided)
            {
                outcomes.Add(decided);
                break;
            }

            lock (_lock)
            {
                _rows.Add(row);
                _arrivals.Add((row.Id, ActivityJson.Read(row.Activity.Span).Text ?? ""));
                _news.TrySetResult();
                _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            outcomes.Add(new DeliveryOutcome.Delivered(null));
        }

        return outcomes;
    }

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _ephemeral.Add(activity);
        }

        return default;
    }

    public ValueTask EraseAsync(ConversationKey conversation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _erased.Add(conversation);
        }

        return default;
    }

    public async Task<IReadOnlyList<string>> WaitForAsync(int count)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_arrivals.Count >= count)
                {
                    return Texts;
                }

                news = _news.Task;
            }

            await news.WaitAsync(patience.Token);
        }
    }
}
