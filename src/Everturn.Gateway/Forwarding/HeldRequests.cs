using Microsoft.Extensions.Options;

namespace Everturn.Gateway.Forwarding;

/// <summary>Bounds how many requests wait for a node at once.</summary>
internal sealed class HeldRequests(IOptions<GatewayOptions> options)
{
    private int _count;

    public int Count => Volatile.Read(ref _count);

    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _count) <= options.Value.MaxHeldRequests)
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);
}
