using System.Diagnostics.Metrics;

namespace Everturn.Gateway;

/// <summary>The meter <c>Everturn.Gateway</c>.</summary>
internal sealed class GatewayMetrics
{
    private readonly Counter<long> _repeats;
    private readonly UpDownCounter<long> _held;
    private readonly UpDownCounter<long> _streams;
    private readonly Counter<long> _moves;

    public GatewayMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Everturn.Gateway");
        _repeats = meter.CreateCounter<long>("everturn.gateway.repeats", "{request}", "Requests sent again because their node was lost.");
        _held = meter.CreateUpDownCounter<long>("everturn.gateway.held", "{request}", "Requests that wait for a node.");
        _streams = meter.CreateUpDownCounter<long>("everturn.gateway.streams", "{stream}", "Open Direct Line streams.");
        _moves = meter.CreateCounter<long>("everturn.gateway.stream_moves", "{stream}", "Streams that went on at another node.");
    }

    public void Repeated() => _repeats.Add(1);

    public void Held(int change) => _held.Add(change);

    public void Streams(int change) => _streams.Add(change);

    public void StreamMoved() => _moves.Add(1);
}
