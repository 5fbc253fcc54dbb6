using Everturn.Cli.Verify;

namespace Everturn.Cli.Tests.Verify;

public sealed class LogTallyTests
{
    [Fact]
    public void Lines_of_the_engine_are_counted_and_no_others()
    {
        var tally = new LogTally();
        string[] lines =
        [
            "12:00:00.000 dbug: Everturn[1016] 3 turns of conversation c were committed by one write; 0 failed and left no trace.",
            "12:00:00.100 dbug: Everturn[1016] 2 turns of conversation c were committed by one write; 1 failed and left no trace.",
            "12:00:00.200 info: Everturn[1006] This node takes over conversation c from a-1#00 with 2 rows owed.",
            "12:00:00.300 dbug: Everturn[1012] An activity of conversation c had been processed before and is answered as recorded.",
            "12:00:00.350 dbug: Everturn[1029] A save of conversation c may have taken effect, or may yet.",
            "12:00:00.360 warn: Everturn[1001] The store failed for conversation c; the outcome is settled by reading again.",
            "12:00:00.400 info: Microsoft.Hosting.Lifetime[1012] Now listening on: http://127.0.0.1:1",
            "--- a-1: process 1012 ended with 137",
        ];
        Array.ForEach(lines, tally.Add);

        Assert.Equal((5, 1, 1, 0), (tally.Turns, tally.Takeovers, tally.DuplicatesRefused, tally.ReRuns));
        Assert.Equal((1, 1), (tally.UnknownCommits, tally.StoreFailures));
    }
}
