using System.Collections.Concurrent;
using System.Globalization;

namespace Everturn.Cli.Verify;

/// <summary>Many customers at once; each leaves after a while, and another comes in its place.</summary>
/// <param name="gateway">Where they order.</param>
/// <param name="size">How many conversations there are at a time.</param>
/// <param name="seed">Draws who orders how.</param>
/// <param name="nodes">Gives the addresses of the nodes that run now.</param>
internal sealed class Crowd(Uri gateway, int size, int seed, Func<IReadOnlyList<Uri>> nodes) : IDisposable
{
    // A reply names all toppings, so long orders would measure the length of lines.
    private const int LongestOrder = 30;
    private const int MostPending = 6;
    private const int DoubledOneIn = 15;
    private const double PostsPerSecond = 20;
    private static readonly TimeSpan Quiescence = TimeSpan.FromSeconds(60);

    private readonly Pace _pace = new(PostsPerSecond);
    private readonly HttpClient _straight = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
    private readonly ConcurrentQueue<Customer> _all = new();
    private readonly Customer?[] _present = new Customer?[size];
    private readonly ConcurrentQueue<Task> _rushed = new();
    private int _entered;

    public int Posts => _all.Sum(customer => customer.Posted);

    public int Conversations => _all.Count;

    /// <summary>Orders until told to stop, then waits for what is still owed.</summary>
    /// <param name="closing">Nobody orders any more.</param>
    /// <param name="cancellationToken">Gives up everything at once.</param>
    public Task RunAsync(CancellationToken closing, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(0, size).Select(place => KeepPlaceAsync(place, closing, cancellationToken)));

    /// <summary>Lets customers of one node order at once, so that it dies in the midst of it. Completes with the first acceptance, or after a while.</summary>
    public async Task RushAsync(string node, CancellationToken cancellationToken)
    {
        const int Customers = 3;
        const int Each = 2;
        var orders = _present.OfType<Customer>().Where(customer => customer.Node == node).Take(Customers)
            .SelectMany(customer => Enumerable.Repeat(customer, Each)).Select(customer =>
            {
                _pace.Take();
                return customer.OrderAsync(doubledAt: null, cancellationToken);
            }).ToArray();
        Array.ForEach(orders, _rushed.Enqueue);
        if (orders.Length > 0)
        {
            await Task.WhenAny(Task.WhenAny(orders), Task.Delay(TimeSpan.FromSeconds(1), cancellationToken));
        }
    }

    /// <summary>Waits until every message of everybody is answered, a minute at most.</summary>
    public async Task BecomeQuietAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_rushed);
        await Task.WhenAll(_all.Select(customer => customer.WaitForRepliesAsync(Quiescence, cancellationToken)));
    }

    /// <summary>Reads all conversations back.</summary>
    public async Task<IReadOnlyList<RecordedConversation>> ReadBackAsync(CancellationToken cancellationToken)
    {
        var records = new List<RecordedConversation>();
        foreach (var some in _all.Chunk(8))
        {
            await Task.WhenAll(some.Select(customer => customer.LeaveAsync()));
            records.AddRange(await Task.WhenAll(some.Select(customer => customer.ReadBackAsync(cancellationToken))));
        }

        return records;
    }

    public void Dispose()
    {
        foreach (var customer in _all)
        {
            customer.Dispose();
        }

        _straight.Dispose();
    }

    private async Task KeepPlaceAsync(int place, CancellationToken closing, CancellationToken cancellationToken)
    {
        var random = new Random(HashCode.Combine(seed, place));
        while (!closing.IsCancellationRequested)
        {
            await _pace.WaitAsync(cancellationToken);
            var name = string.Create(CultureInfo.InvariantCulture, $"c{Interlocked.Increment(ref _entered)}");
            Customer customer;
            try
            {
                customer = await Customer.EnterAsync(gateway, name, _straight, cancellationToken);
            }
            catch (CliException)
            {
                // Nothing was promised to who has not got in.
                continue;
            }

            _all.Enqueue(customer);
            _present[place] = customer;
            await OrderAsync(customer, random, closing, cancellationToken);
            _present[place] = null;
        }
    }

    private async Task OrderAsync(Customer customer, Random random, CancellationToken closing, CancellationToken cancellationToken)
    {
        var length = random.Next(LongestOrder / 2, LongestOrder + 1);
        var orders = new List<Task>();
        while (customer.Posted < length && !closing.IsCancellationRequested)
        {
            // Some messages come one by one, each after the reply to the last; some come all at once.
            var together = random.Next(3) == 0 ? random.Next(2, 5) : 1;
            for (var number = 0; number < together; number++)
            {
                await _pace.WaitAsync(cancellationToken);
                var running = nodes();
                var doubledAt = running.Count > 0 && random.Next(DoubledOneIn) == 0 ? running[random.Next(running.Count)] : null;
                orders.Add(customer.OrderAsync(doubledAt, cancellationToken));
            }

            while (customer.Pending >= (together > 1 ? MostPending : 1) && !closing.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
            }
        }

        await Task.WhenAll(orders);
        await customer.WaitForRepliesAsync(Quiescence, cancellationToken);
    }
}
