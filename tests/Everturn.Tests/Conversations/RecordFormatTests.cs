using System.Text;
using Everturn.Conversations;

namespace Everturn.Tests.Conversations;

/// <summary>What is stored is a contract: a document written by each released version is read by the newest.</summary>
public sealed class RecordFormatTests
{
    private const string Version1 =
        """{"format":1,"writers":1,"revision":7,"stamp":"00112233aabbccdd","state":{"order":{"n":1.50,"at":"2024-01-01T00:00:00.1234567+05:30","none":null}},"inbox":{"key":"AAECAwQFBgcICQoLDA0ODw==","entries":"AQIDBAUGBwgAAFVp","answers":[{"hash":"0807060504030201","status":200,"body":{"ok":true}}]},"outbox":[{"id":"7.0","node":"koreacentral-1","echo":true,"activity":{"type":"message"}},{"id":"7.1","node":"koreacentral-1","activity":{"type":"message","text":"hi"}},{"id":"7.2","node":"koreacentral-1","ambiguous":true,"activity":{"type":"message"}}],"nextRow":3,"queue":[{"identity":"Nzp0","attempts":2,"accepted":1767225600000,"activity":{"type":"message","text":"wait"}}],"journal":[{"identity":"Nzp0","name":"charge","at":1767225600500,"result":{"paid":true}}],"timers":[{"id":"7.0","due":1767229200000,"activity":{"type":"event"}}],"members":["ada","grace \u0022"],"lease":{"owner":"koreacentral-1#00","term":3,"beat":2,"milliseconds":1000},"expires":1769817600000,"endedUntil":1769904000000,"due":1767225601000}""";

    [Fact]
    public void Record_of_version_1_is_read_and_written_unchanged()
    {
        var record = RecordFormat.Read(Encoding.UTF8.GetBytes(Version1));

        Assert.Equal(7, record.Revision);
        Assert.Equal(new Lease("koreacentral-1#00", 3, 2, TimeSpan.FromSeconds(1)), record.Lease);
        Assert.True(record.Outbox[0].IsEcho);
        Assert.True(record.Outbox[2].IsAmbiguous);
        Assert.Equal(2, record.Queue[0].Attempts);
        Assert.Equal(["ada", "grace \""], record.Members);
        Assert.Equal(Version1, Encoding.UTF8.GetString(RecordFormat.Write(record)));
    }

    [Fact]
    public void Members_of_a_newer_format_are_kept()
    {
        var newer = Version1[..^1].Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal) + ",\"moods\":[{\"at\":1.0}]}";

        var written = Encoding.UTF8.GetString(RecordFormat.Write(RecordFormat.Read(Encoding.UTF8.GetBytes(newer))));

        Assert.EndsWith(",\"moods\":[{\"at\":1.0}]}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_that_only_newer_versions_may_write_is_refused()
    {
        var newer = Version1.Replace("\"writers\":1", "\"writers\":2", StringComparison.Ordinal);

        var exception = Assert.Throws<UnreadableRecordException>(() => RecordFormat.Read(Encoding.UTF8.GetBytes(newer)));

        Assert.StartsWith("ET1006", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"revision\":\"x\"}")]
    [InlineData("{\"outbox\":[{}]}")]
    [InlineData("{\"outbox\":[{\"id\":\"x\",\"node\":\"a\",\"activity\":{}}]}")]
    [InlineData("{\"inbox\":{\"key\":\"***\"}}")]
    public void Document_that_is_no_record_gives_a_clear_error(string content)
    {
        var exception = Assert.Throws<UnreadableRecordException>(() => RecordFormat.Read(Encoding.UTF8.GetBytes(content)));

        Assert.StartsWith("ET1005", exception.Message, StringComparison.Ordinal);
    }
}
