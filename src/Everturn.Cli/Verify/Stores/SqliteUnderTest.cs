namespace Everturn.Cli.Verify.Stores;

/// <summary>A SQLite file. There is no network between it and the nodes: a foreign process takes its write lock.</summary>
/// <remarks>
/// store-lock and store-cut hold the lock; store-slow takes it again and again for a moment; an answer is lost only when the
/// node stands still, so that store-lost-answers stops one in the midst of a rush.
/// </remarks>
internal sealed class SqliteUnderTest(string file) : IStoreUnderTest
{
    private const int MostWrites = 20;

    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WritePatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(60);
    private static readonly TimeSpan UnderWay = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Hiccup = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan BetweenHiccups = TimeSpan.FromMilliseconds(75);

    // A live node holds the lock for milliseconds.
    private static readonly TimeSpan Suspicious = TimeSpan.FromMilliseconds(400);

    public string ConnectionOf(string node) => $"sqlite:{file}";

    public async Task<IAsyncDisposable?> HarmAsync(FaultKind kind, string target, CancellationToken cancellationToken) => kind switch
    {
        FaultKind.StoreLostAnswers => null,
        FaultKind.StoreSlow => new Hiccups(file),
        _ => await HoldAsync(cancellationToken),
    };

    public async Task<IAsyncDisposable?> CatchBetweenWritesAsync(string node, Func<Task> rush, CancellationToken cancellationToken)
    {
        var held = await HoldAsync(cancellationToken);
        try
        {
            // The clients' messages wait for the lock. One write at a time is let through, until it was the one that commits some of
            // them: then the next would deliver the replies.
            var answered = rush();
            await Task.WhenAny(answered, Task.Delay(Gathering, cancellationToken));
            for (var writes = 0; writes < MostWrites && !answered.IsCompleted; writes++)
            {
                await Task.Run(() => held.LetOneWriteThrough(file, WritePatience), cancellationToken);
                await Task.WhenAny(answered, Task.Delay(UnderWay, cancellationToken));
            }

            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public async Task<bool> IsHeldUpAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var held = await Task.Run(() => StoreLock.Take(file, Suspicious), cancellationToken);
            return false;
        }
        catch (CliException)
        {
            return true;
        }
    }

    public ValueTask DisposeAsync() => default;

    // Waiting for the lock blocks a thread.
    private Task<StoreLock> HoldAsync(CancellationToken cancellationToken) => Task.Run(() => StoreLock.Take(file, LockPatience), cancellationToken);

    private sealed class Hiccups : IAsyncDisposable
    {
        private readonly CancellationTokenSource _end = new();
        private readonly Task _running;

        public Hiccups(string file) => _running = Task.Run(() => RunAsync(file));

        public async ValueTask DisposeAsync()
        {
            await _end.CancelAsync();
            await _running;
            _end.Dispose();
        }

        private async Task RunAsync(string file)
        {
            while (!_end.IsCancellationRequested)
            {
                try
                {
                    await using var held = StoreLock.Take(file, LockPatience);
                    await Task.Delay(Hiccup, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
                catch (CliException)
                {
                    // Slow enough without us.
                }

                await Task.Delay(BetweenHiccups, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
