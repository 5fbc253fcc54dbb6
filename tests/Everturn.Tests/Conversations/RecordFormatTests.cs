using System.Text;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Tests.Conversations;

/// <summary>What is stored is a contract: a document written by each released version is read by the newest.</summary>
public sealed class RecordFormatTests
{
    private const string Version1 =
        """{"format":1,"writers":1,"revision":7,"stamp":"00112233aabbccdd","state":{"order":{"n":1.50,"at":"2024-01-01T00:00:00.1234567+05:30","none":null}},"inbox":{"key":"AAECAwQFBgcICQoLDA0ODw==","entries":"AQIDBAUGBwgAAFVp","answers":[{"hash":"0807060504030201","status":200,"body":{"ok":true}}]},"outbox":[{"id":"7.0","node":"koreacentral-1","echo":true,"activity":{"type":"message"}},{"id":"7.1","node":"koreacentral-1","activity":{"type":"message","text":"hi"}},{"id":"7.2","node":"koreacentral-1","ambiguous":true,"activity":{"type":"message"}}],"nextRow":3,"queue":[{"identity":"Nzp0","attempts":2,"accepted":1767225600000,"activity":{"type":"message","text":"wait"}}],"journal":[{"identity":"Nzp0","name":"charge","at":1767225600500,"result":{"paid":true}}],"timers":[{"id":"7.0","due":1767229200000,"activity":{"type":"event"}}],"members":["ada","grace \u0022"],"lease":{"owner":"koreacentral-1#00","term":3,"beat":2,"milliseconds":1000},"expires":1769817600000,"endedUntil":1769904000000,"due":1767225601000}""";

    private const string Version2 =
        """{"format":2,"writers":2,"revision":8,"stamp":"00112233aabbccdd","state":{},"inbox":{"key":"AAECAwQFBgcICQoLDA0ODw==","entries":""},"outbox":[{"id":"8.0","node":"koreacentral-1","does":"update","targetRow":"7.1","activity":{"type":"message","text":"hello"}},{"id":"8.1","node":"koreacentral-1","does":"delete","targetRow":"5.0","targetId":"1:a|\u0022","activity":{"type":"messageDelete"}},{"id":"8.2","node":"koreacentral-1","does":"update","targetId":"1:b","activity":{"type":"message"}}],"sent":{"5.0":"1:a|\u0022","6.2":"1:c"},"nextRow":3,"queue":[{"identity":"Nzp0","attempts":0,"accepted":1767225600000,"origin":"NTp0","activity":{"type":"message"}}]}""";

    [Fact]
    public void Record_of_version_1_is_read_and_written_as_what_version_1_may_write_again()
    {
        var record = RecordFormat.Read(Encoding.UTF8.GetBytes(Version1));

        Assert.Equal(7, record.Revision);
        Assert.Equal(new Lease("koreacentral-1#00", 3, 2, TimeSpan.FromSeconds(1)), record.Lease);
        Assert.True(record.Outbox[0].IsEcho);
        Assert.True(record.Outbox[2].IsAmbiguous);
        Assert.Equal(2, record.Queue[0].Attempts);
        Assert.Equal(["ada", "grace \""], record.Members);
        Assert.Equal(Version1.Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal), Encoding.UTF8.GetString(RecordFormat.Write(record)));
    }

    [Fact]
    public void Record_of_version_2_is_read_and_written_unchanged()
    {
        var record = RecordFormat.Read(Encoding.UTF8.GetBytes(Version2));

        Assert.Equal((RowAction.Update, new RowId(7, 1), null), (record.Outbox[0].Action, record.Outbox[0].TargetRow, record.Outbox[0].TargetId));
        Assert.Equal((RowAction.Delete, new RowId(5, 0), "1:a|\""), (record.Outbox[1].Action, record.Outbox[1].TargetRow, record.Outbox[1].TargetId));
        Assert.Equal((RowAction.Update, null, "1:b"), (record.Outbox[2].Action, record.Outbox[2].TargetRow, record.Outbox[2].TargetId));
        Assert.Equal("5:t", Encoding.UTF8.GetString(record.Queue[0].Origin!.Value.Bytes.Span));
        Assert.Equal("1:c", record.IdOf(new RowId(6, 2)));
        Assert.Null(record.IdOf(new RowId(6, 1)));
        Assert.Equal(Version2, Encoding.UTF8.GetString(RecordFormat.Write(record)));
    }

    [Fact]
    public void Record_is_closed_to_version_1_only_while_it_owes_what_that_would_say_twice()
    {
        var record = RecordFormat.Read(Encoding.UTF8.GetBytes(Version2));

        var written = Encoding.UTF8.GetString(RecordFormat.Write(record with { Outbox = [] }));

        Assert.StartsWith("{\"format\":2,\"writers\":1,", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_a_newer_format_are_kept()
    {
        var newer = Version1[..^1].Replace("\"format\":1", "\"format\":3", StringComparison.Ordinal) + ",\"moods\":[{\"at\":1.0}]}";

        var written = Encoding.UTF8.GetString(RecordFormat.Write(RecordFormat.Read(Encoding.UTF8.GetBytes(newer))));

        Assert.EndsWith(",\"moods\":[{\"at\":1.0}]}", written, StringComparison.Ordinal);
    }

    [Fact]
    public void Record_that_only_newer_versions_may_write_is_refused()
    {
        var newer = Version1.Replace("\"writers\":1", "\"writers\":3", StringComparison.Ordinal);

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
    [InlineData("{\"outbox\":[{\"id\":\"1.0\",\"node\":\"a\",\"does\":\"sing\",\"activity\":{}}]}")]
    [InlineData("{\"sent\":{\"x\":\"y\"}}")]
    [InlineData("{\"inbox\":{\"key\":\"***\"}}")]
    public void Document_that_is_no_record_gives_a_clear_error(string content)
    {
        var exception = Assert.Throws<UnreadableRecordException>(() => RecordFormat.Read(Encoding.UTF8.GetBytes(content)));

        Assert.StartsWith("ET1005", exception.Message, StringComparison.Ordinal);
    }
}
