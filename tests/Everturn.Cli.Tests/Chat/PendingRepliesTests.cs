using Everturn.Cli.Chat;

namespace Everturn.Cli.Tests.Chat;

public sealed class PendingRepliesTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Wait_ends_when_the_last_message_is_answered()
    {
        var pending = new PendingReplies();
        pending.Sent("1");
        pending.Sent("2");
        var wait = pending.WaitAsync(Long, default);

        pending.Answered("2");
        Assert.False(wait.IsCompleted);
        pending.Answered("1");

        Assert.True(await wait);
    }

    [Fact]
    public async Task Reply_that_overtakes_its_message_counts()
    {
        var pending = new PendingReplies();
        pending.Answered("1");
        pending.Sent("1");

        Assert.True(await pending.WaitAsync(Long, default));
        Assert.Equal(0, pending.Count);
    }

    [Fact]
    public async Task Wait_gives_up_on_a_silent_bot()
    {
        var pending = new PendingReplies();
        pending.Sent("1");

        Assert.False(await pending.WaitAsync(TimeSpan.FromMilliseconds(20), default));
        Assert.Equal(1, pending.Count);
    }
}
