using Everturn.Activities;
using Everturn.Hosting;
using Everturn.Turns;

namespace Everturn.Delivery;

/// <summary>Shows that a queued turn is under way, while nothing else does.</summary>
internal sealed class Heartbeat(Ephemerals ephemerals, NodeContext node)
{
    // A turn that is done by then needs none.
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs something, with typing indicators until it ends and none after that.</summary>
    public async Task<T> DuringAsync<T>(Func<Task<T>> run)
    {
        if (node.Options.HeartbeatInterval == TimeSpan.Zero)
        {
            return await run();
        }

        using var over = new CancellationTokenSource();
        var beats = BeatAsync(over.Token);
        try
        {
            return await run();
        }
        finally
        {
            over.Cancel();
            await ephemerals.IsDoneSoonAsync(beats);
        }
    }

    private async Task BeatAsync(CancellationToken over)
    {
        var begun = node.Time.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            var wait = ephemerals.LastSent is { } sent
                ? node.Options.HeartbeatInterval - node.Time.GetElapsedTime(sent)
                : FirstAfter - node.Time.GetElapsedTime(begun);
            if (wait > TimeSpan.Zero)
            {
                await ephemerals.DelayAsync(wait, over);
            }
            else
            {
                await ephemerals.SendAsync(new Activity { Type = ActivityTypes.Typing }, over);
            }
        }
    }
}
