namespace Everturn.Cli.Verify;

/// <summary>Bounds the load: posts of all clients together, one slot after another.</summary>
internal sealed class Pace(double perSecond)
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _interval = TimeSpan.FromSeconds(1 / perSecond);
    private DateTimeOffset _next = DateTimeOffset.MinValue;

    /// <summary>Waits for the next free slot.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(Take(), cancellationToken);

    /// <summary>Takes a slot at once: whoever asks next waits the longer.</summary>
    public TimeSpan Take()
    {
        lock (_lock)
        {
            var now = DateTimeOffset.UtcNow;
            var slot = _next > now ? _next : now;
            _next = slot + _interval;
            return slot - now;
        }
    }
}
