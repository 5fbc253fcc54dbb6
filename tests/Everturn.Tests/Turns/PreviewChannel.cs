using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Tests.Turns;

/// <summary>A channel of this process that shows previews and gives each stream an id, like Teams; it records what arrives.</summary>
internal sealed class PreviewChannel : IChannel
{
    private readonly Lock _lock = new();
    private readonly List<(StreamInfo Info, string Key, string? Text)> _previews = [];
    private readonly List<Activity> _arrivals = [];
    private readonly List<string> _order = [];
    private int _streams;

    /// <summary>How often it takes a preview.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>What happens before a preview is recorded.</summary>
    public Func<CancellationToken, Task> Before { get; set; } = _ => Task.CompletedTask;

    public IReadOnlyList<(StreamInfo Info, string Key, string? Text)> Previews => Copy(_previews);

    public IReadOnlyList<Activity> Arrivals => Copy(_arrivals);

    /// <summary>The texts of previews and messages, in the order in which they came.</summary>
    public IReadOnlyList<string> Order => Copy(_order);

    public bool Serves(string channelId, string serviceUrl) => true;

    public TimeSpan? PreviewInterval(string channelId) => Interval;

    public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _arrivals.AddRange(rows.Select(row => ActivityJson.Read(row.Activity.Span)));
            _order.AddRange(_arrivals.TakeLast(rows.Count).Select(activity => $"said {activity.Text}"));
        }

        return new([.. rows.Select(_ => new DeliveryOutcome.Delivered(null))]);
    }

    public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _order.Add(activity.Type!);
        }

        return default;
    }

    public async ValueTask<string?> SendPreviewAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken)
    {
        await Before(cancellationToken);
        lock (_lock)
        {
            var info = StreamInfo.Of(activity)!;
            _previews.Add((info, activity.Id!, activity.Text));
            _order.Add($"shown {activity.Text}");
            return info.StreamId is null ? $"given-{++_streams}" : "of-this-part";
        }
    }

    public Task<IReadOnlyList<Activity>> WaitForAsync(int count) =>
        Eventually.NotNullAsync(() => Task.FromResult(Arrivals is { } arrivals && arrivals.Count >= count ? arrivals : null));

    public Task<IReadOnlyList<(StreamInfo Info, string Key, string? Text)>> WaitForPreviewsAsync(int count) =>
        Eventually.NotNullAsync(() => Task.FromResult(Previews is { } previews && previews.Count >= count ? previews : null));

    public Task WaitForOrderAsync(params string[] expected) => Eventually.TrueAsync(() => Task.FromResult(Order.SequenceEqual(expected)));

    private IReadOnlyList<T> Copy<T>(List<T> list)
    {
        lock (_lock)
        {
            return [.. list];
        }
    }
}
