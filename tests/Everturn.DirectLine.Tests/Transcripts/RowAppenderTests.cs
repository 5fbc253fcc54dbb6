using System.Text;
using System.Text.Json;
using Everturn.Delivery;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;

namespace Everturn.DirectLine.Tests.Transcripts;

public sealed class RowAppenderTests
{
    private static readonly EverturnOptions Node = new() { Bot = "bot", Node = "local-1", Region = "koreacentral" };
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Theory]
    [InlineData("""{"type":"conversationUpdate"}""")]
    [InlineData("""{"type":"contactRelationUpdate"}""")]
    [InlineData("""{"type":"trace"}""")]
    [InlineData("""{"type":"typing"}""")]
    public void Activity_that_clients_never_get_leaves_the_transcript_as_it_is(string activity) =>
        Assert.Same(Transcript.Empty, Append(Transcript.Empty, Row(1, 0, activity)));

    [Fact]
    public void Channel_data_of_the_bot_keeps_its_members_and_other_kinds_stay()
    {
        var transcript = Append(
            Transcript.Empty,
            Row(1, 0, """{"type":"message","channelData":{"mine":1.0}}"""),
            Row(1, 1, """{"type":"message","channelData":"text"}"""));

        Assert.Equal(
            """{"mine":1.0,"webchat:sequence-id":1,"everturn":{"node":"local-1","region":"koreacentral","revision":1}}""",
            Member(transcript.Entries[0], "channelData").GetRawText());
        Assert.Equal("text", Member(transcript.Entries[1], "channelData").GetString());
    }

    [Fact]
    public void Activity_without_a_sender_is_the_bots()
    {
        var transcript = Append(Transcript.Empty, Row(1, 0, """{"type":"message"}"""), Row(1, 1, """{"type":"message","from":{"id":"other"}}"""));

        Assert.Equal("""{"id":"bot","name":"bot","role":"bot"}""", Member(transcript.Entries[0], "from").GetRawText());
        Assert.Equal("""{"id":"other"}""", Member(transcript.Entries[1], "from").GetRawText());
    }

    [Theory]
    [InlineData("c|stream-1", "c|stream-1")]
    [InlineData("other|stream-1", "c|0000001")]
    [InlineData("c|0000009", "c|0000001")]
    public void Streamed_message_has_the_id_of_its_stream_once(string streamId, string id)
    {
        var row = $$"""{"type":"message","entities":[{"type":"streaminfo","streamType":"final","streamId":"{{streamId}}"}]}""";

        var transcript = Append(Transcript.Empty, Row(1, 0, row), Row(1, 1, row));

        Assert.Equal([id, "c|0000002"], transcript.Entries.Select(entry => Member(entry, "id").GetString()!));
    }

    [Fact]
    public void Region_of_another_node_is_not_guessed()
    {
        var transcript = Append(Transcript.Empty, Row(2, 0, """{"type":"message"}""") with { Node = "other-1" });

        Assert.Equal("""{"node":"other-1","revision":2}""", Member(transcript.Entries[0], "channelData").GetProperty("everturn").GetRawText());
    }

    [Theory]
    [InlineData("c|start", false)]
    [InlineData("c|join-x", false)]
    [InlineData("c|typing-x", false)]
    [InlineData("c|0000001", true)]
    [InlineData("other|start", true)]
    public void Reply_to_what_clients_never_see_points_to_nothing(string replyToId, bool stays)
    {
        var transcript = Append(Transcript.Empty, Row(1, 0, $$"""{"type":"message","replyToId":"{{replyToId}}"}"""));

        using var document = JsonDocument.Parse(transcript.Entries[0].Activity);
        Assert.Equal(stays, document.RootElement.TryGetProperty("replyToId", out _));
    }

    [Fact]
    public void Echo_keeps_its_id_and_remembers_its_sender()
    {
        var transcript = Append(
            Transcript.Empty, Row(1, 0, """{"type":"message","id":"c|mine","from":{"id":"ada"}}""") with { IsEcho = true });

        Assert.Equal("c|mine", Member(transcript.Entries[0], "id").GetString());
        Assert.False(Member(transcript.Entries[0], "channelData").TryGetProperty("everturn", out _));
        Assert.True(transcript.HasJoined(DirectLineIds.UserKey("ada")));
    }

    [Fact]
    public void Users_remembered_as_joined_are_bounded_and_the_newest_stay()
    {
        var transcript = Enumerable.Range(0, 100).Aggregate(Transcript.Empty, (current, i) => current.WithJoined($"u{i}"));

        Assert.Equal(64, transcript.Joined.Length);
        Assert.True(transcript.HasJoined("u99"));
        Assert.False(transcript.HasJoined("u0"));
    }

    [Fact]
    public void Rows_up_to_the_highest_applied_are_repeats_whatever_they_hold()
    {
        var transcript = Append(Transcript.Empty, Row(5, 1, """{"type":"message"}"""));

        Assert.Same(transcript, Append(transcript, Row(5, 1, """{"type":"message"}"""), Row(4, 9, """{"type":"message"}""")));
        Assert.Equal(2, Append(transcript, Row(5, 2, """{"type":"message"}""")).Last);
    }

    private static Transcript Append(Transcript transcript, params OutboxRow[] rows) =>
        RowAppender.Append(transcript, "c", rows, Node, Now);

    private static OutboxRow Row(long revision, int index, string activity) =>
        new(new(revision, index), Encoding.UTF8.GetBytes(activity), "local-1", IsEcho: false);

    private static JsonElement Member(TranscriptEntry entry, string name)
    {
        using var document = JsonDocument.Parse(entry.Activity);
        return document.RootElement.GetProperty(name).Clone();
    }
}
