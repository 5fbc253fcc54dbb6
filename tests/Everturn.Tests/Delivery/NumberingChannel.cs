using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Tests.Delivery;

/// <summary>A channel of this process that gives ids of its own, x1, x2 and so on; it stands for any foreign channel.</summary>
internal sealed class NumberingChannel : IChannel
{
    private readonly Lock _lock = new();
    private readonly List<string> _heard = [];
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;

    /// <summary>Decides about a row before it takes effect; null lets it pass.</summary>
    public Func<OutboxRow, DeliveryOutcome?>? Before { get; set; }

    /// <summary>Decides about a row that has taken effect; null says so.</summary>
    public Func<OutboxRow, DeliveryOutcome?>? After { get; set; }

    /// <summary>Whether it tells its ids.</summary>
    public bool TellsIds { get; init; } = true;

    /// <summary>What took effect: <c>+x1 text</c>, <c>x1 = text</c>, <c>-x1</c>.</summary>
    public IReadOnlyList<string> Heard
    {
        get
        {
            lock (_lock)
            {
                return [.. _heard];
            }
        }
    }

    public bool Serves(string channelId, string serviceUrl) => serviceUrl == "test:service";

    public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        var outcomes = new List<DeliveryOutcome>();
        foreach (var row in rows)
        {
            outcomes.Add(Before?.Invoke(row) ?? Deliver(row));
            if (outcomes[^1] is not DeliveryOutcome.Delivered)
            {
                break;
            }
        }

        return new(outcomes);
    }

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;

    /// <summary>Waits until this has taken effect, and returns all that has.</summary>
    public async Task<IReadOnlyList<string>> UntilAsync(string last)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_heard.Contains(last, StringComparer.Ordinal))
                {
                    return [.. _heard];
                }

                news = _news.Task;
            }

            await news.WaitAsync(patience.Token);
        }
    }

    private DeliveryOutcome Deliver(OutboxRow row)
    {
        var text = ActivityJson.Read(row.Activity.Span).Text;
        lock (_lock)
        {
            var id = row.Action is RowAction.Send ? $"x{++_last}" : row.TargetId!;
            _heard.Add(row.Action switch
            {
                RowAction.Send => $"+{id} {text}",
                RowAction.Update => $"{id} = {text}",
                _ => $"-{id}",
            });
            _news.TrySetResult();
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return After?.Invoke(row) ?? new DeliveryOutcome.Delivered(TellsIds ? id : null);
        }
    }
}
