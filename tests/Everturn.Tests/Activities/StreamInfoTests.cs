using System.Text;
using System.Text.Json;
using Everturn.Activities;

namespace Everturn.Tests.Activities;

public sealed class StreamInfoTests
{
    [Fact]
    public void Activity_says_it_twice_and_keeps_what_is_the_bots()
    {
        var activity = Read("""{"channelData":{"mine":1.50,"streamId":"old"},"entities":[{"type":"mention","text":"a"},{"type":"StreamInfo","streamType":"informative"}]}""");

        new StreamInfo("s", 7, StreamTypes.Streaming).ApplyTo(activity);

        Assert.Equal(
            """{"entities":[{"type":"mention","text":"a"},{"type":"streaminfo","streamId":"s","streamSequence":7,"streamType":"streaming"}],"channelData":{"mine":1.50,"streamId":"s","streamSequence":7,"streamType":"streaming"}}""",
            Write(activity));
        Assert.Equal(new StreamInfo("s", 7, "streaming"), StreamInfo.Of(Read(Write(activity))));
    }

    [Fact]
    public void Channel_data_that_is_no_object_stays()
    {
        var activity = Read("""{"channelData":"text"}""");

        new StreamInfo(null, null, StreamTypes.Final).ApplyTo(activity);

        Assert.Equal("""{"entities":[{"type":"streaminfo","streamType":"final"}],"channelData":"text"}""", Write(activity));
    }

    [Theory]
    [InlineData("""{"channelData":{"mine":1},"entities":[{"type":"mention"}]}""")]
    [InlineData("""{"channelData":[1]}""")]
    [InlineData("{}")]
    public void What_was_applied_can_be_removed(string json)
    {
        var activity = Read(json);

        new StreamInfo("s", 1, StreamTypes.Final).ApplyTo(activity);
        StreamInfo.RemoveFrom(activity);

        Assert.Null(StreamInfo.Of(activity));
        using var expected = JsonDocument.Parse(json);
        using var actual = JsonDocument.Parse(Write(activity));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement), Write(activity));
    }

    [Theory]
    [InlineData("""{"entities":[{"type":"streaminfo"}]}""")]
    [InlineData("""{"entities":[{"type":"streaminfo","streamType":5}]}""")]
    [InlineData("""{"channelData":{"streamType":"final"}}""")]
    [InlineData("{}")]
    public void Activity_without_a_stream_type_is_no_part_of_a_stream(string json) => Assert.Null(StreamInfo.Of(Read(json)));

    private static Activity Read(string json) => ActivityJson.Read(Encoding.UTF8.GetBytes(json));

    private static string Write(Activity activity) => Encoding.UTF8.GetString(ActivityJson.Write(activity));
}
