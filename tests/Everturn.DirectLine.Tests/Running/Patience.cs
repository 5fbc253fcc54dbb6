namespace Everturn.DirectLine.Tests.Running;

/// <summary>Waits for what must come to pass, and says so when it does not.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static async Task UntilAsync(Func<Task<bool>> condition, string expectation)
    {
        var deadline = DateTime.UtcNow + Limit;
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, $"Expected in vain: {expectation}.");
            await Task.Delay(10);
        }
    }
}
