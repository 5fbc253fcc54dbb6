using System.Diagnostics;

namespace Everturn.Storage.Postgres.Tests.Servers;

internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task UntilAsync(Func<Task<bool>> condition, string expectation)
    {
        var begun = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(begun.Elapsed < Limit, $"Expected in vain: {expectation}.");
            await Task.Delay(20);
        }
    }
}
