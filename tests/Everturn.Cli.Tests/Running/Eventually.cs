namespace Everturn.Cli.Tests.Running;

/// <summary>Waits for what a process does in its own time.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    public static async Task IsTrueAsync(Func<bool> condition, TimeSpan patience, Func<string> otherwise)
    {
        using var timeout = new CancellationTokenSource(patience);
        while (!condition())
        {
            if (timeout.IsCancellationRequested)
            {
                Assert.Fail($"Not true after {patience}: {otherwise()}");
            }

            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    public static async Task<T> IsAsync<T>(Func<Task<T>> read, Func<T, bool> condition, TimeSpan patience)
    {
        using var timeout = new CancellationTokenSource(patience);
        while (true)
        {
            var value = await read();
            if (condition(value))
            {
                return value;
            }

            Assert.False(timeout.IsCancellationRequested, $"Still after {patience}: {value}");
            await Task.Delay(Interval, CancellationToken.None);
        }
    }
}
