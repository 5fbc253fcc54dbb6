using System.Diagnostics;

namespace Everturn.AspNetCore.Tests;

internal static class Eventually
{
    /// <summary>Polls a condition until it holds, at most 20 s.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), "The condition did not hold within 20 s.");
            await Task.Delay(10);
        }
    }
}
