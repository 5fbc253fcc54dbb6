using System.Diagnostics;

namespace Everturn.Gateway.Tests.Play;

/// <summary>Waits for conditions, each with a deadline.</summary>
internal static class Deadline
{
    public static readonly TimeSpan Usual = TimeSpan.FromSeconds(20);

    public static CancellationToken Token => new CancellationTokenSource(Usual).Token;

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        for (var started = Stopwatch.GetTimestamp(); !condition();)
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < Usual, $"Not within {Usual}: {what}");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }
}
