using System.Text;
using Everturn.Delivery;
using Everturn.DirectLine.Transcripts;

namespace Everturn.DirectLine.Tests.Transcripts;

public sealed class TranscriptFormatTests
{
    [Fact]
    public async Task Document_of_format_1_is_read_and_written_again_as_it_is()
    {
        var document = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Transcripts", "transcript-format-1.json"))).TrimEnd();

        var transcript = TranscriptFormat.ReadHead(Encoding.UTF8.GetBytes(document));

        Assert.Equal(new DirectLineUser("dl_ada", "Ada"), transcript.User);
        Assert.Equal(["k1"], transcript.Joined);
        Assert.Equal(4, transcript.Last);
        Assert.Equal(new RowId(3, 1), transcript.Row);
        Assert.Equal([new PageRange(1, 2)], transcript.Pages);
        Assert.Equal("""{"type":"message","id":"c|x", "value" : 1.50e0,"none":null}""", Encoding.UTF8.GetString(transcript.Entries[0].Activity.Span));
        Assert.Equal(document, Encoding.UTF8.GetString(TranscriptFormat.WriteHead(transcript).Span));
    }

    [Fact]
    public async Task Document_of_format_2_is_read_and_written_again_as_it_is()
    {
        var document = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Transcripts", "transcript-format-2.json"))).TrimEnd();

        var transcript = TranscriptFormat.ReadHead(Encoding.UTF8.GetBytes(document));

        Assert.Equal([new PageRange(1, 2, 6), new PageRange(3, 3)], transcript.Pages);
        Assert.Equal([null, new EntryChange(7, new(4, 0), IsDeletion: false), new EntryChange(8, new(4, 1), IsDeletion: true)], transcript.Entries.Select(entry => entry.Change));
        Assert.Equal(document, Encoding.UTF8.GetString(TranscriptFormat.WriteHead(transcript).Span));
        Assert.StartsWith("{\"format\":2,", Encoding.UTF8.GetString(TranscriptFormat.WritePage(transcript.Entries).Span), StringComparison.Ordinal);
        Assert.StartsWith("{\"format\":1,", Encoding.UTF8.GetString(TranscriptFormat.WritePage(transcript.Entries[..1]).Span), StringComparison.Ordinal);
        Assert.StartsWith("{\"format\":2,", Encoding.UTF8.GetString(TranscriptFormat.WriteHead(transcript with { Entries = [] }).Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Members_of_a_later_writer_are_skipped()
    {
        var transcript = TranscriptFormat.ReadHead("""{"format":1,"later":{"a":[1]},"last":2,"entries":[{"s":2,"r":"1.0","later":[],"a":{}}]}"""u8.ToArray());

        Assert.Equal(2, transcript.Last);
        Assert.Equal(2, Assert.Single(transcript.Entries).Sequence);
    }
}
