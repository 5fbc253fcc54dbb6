using Everturn.Cli.Cluster;

namespace Everturn.Cli.Tests.Cluster;

public sealed class NodeLogTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string File => Path.Combine(_folder.Path, "node.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Tail_holds_the_last_lines_that_are_not_empty()
    {
        using var log = new NodeLog(File);
        foreach (var number in Enumerable.Range(1, 50))
        {
            log.WriteLine($"line {number}");
        }

        log.Write("\n\n"u8);

        Assert.Equal(["line 49", "line 50"], log.Tail(2));
    }

    [Fact]
    public void Log_beyond_its_limit_starts_anew_and_keeps_one_predecessor()
    {
        using var log = new NodeLog(File);
        var block = new byte[1024 * 1024];
        for (var written = 0L; written <= 2 * NodeLog.MaxBytes; written += block.Length)
        {
            log.Write(block);
        }

        log.WriteLine("last");

        Assert.True(new FileInfo(File).Length <= NodeLog.MaxBytes);
        Assert.True(new FileInfo(File + ".1").Length <= NodeLog.MaxBytes);
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    [Fact]
    public void Words_that_come_after_the_end_are_dropped()
    {
        var log = new NodeLog(File);
        log.Dispose();

        log.WriteLine("late");

        Assert.Equal(0, new FileInfo(File).Length);
    }
}
