using System.Collections.Concurrent;

namespace PizzaBot;

/// <summary>Stands for a payment provider: no money moves. It counts its calls, and charges once for each key, as providers do.</summary>
internal sealed class FakePayments : IPayments
{
    private readonly ConcurrentDictionary<string, decimal> _charges = new(StringComparer.Ordinal);
    private int _calls;

    /// <summary>How often it was called.</summary>
    public int Calls => _calls;

    /// <summary>What was charged, by key.</summary>
    public IReadOnlyDictionary<string, decimal> Charges => _charges;

    public Task<string> ChargeAsync(decimal amount, string idempotencyKey, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        _charges.TryAdd(idempotencyKey, amount);
        return Task.FromResult(idempotencyKey[..8]);
    }
}
