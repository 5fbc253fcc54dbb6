using System.Text;
using Everturn.Gateway.Streaming;

namespace Everturn.Gateway.Tests.Streaming;

public sealed class ActivitySetFrameTests
{
    [Theory]
    [InlineData("""{"activities":[{"watermark":"no"}],"watermark":"7"}""", "7")]
    [InlineData("""{"watermark":"7|x","activities":[]}""", "7|x")]
    [InlineData("""{"activities":[],"watermark":12}""", "12")]
    [InlineData("""{"activities":[],"watermark":""}""", null)]
    [InlineData("""{"activities":[],"watermark":null}""", null)]
    [InlineData("""{"activities":[]}""", null)]
    [InlineData("""{"activities":[],"watermark":"7" broken""", null)]
    [InlineData("[]", null)]
    [InlineData("", null)]
    public void Watermark_is_read_as_a_client_reads_it(string frame, string? expected) =>
        Assert.Equal(expected, ActivitySetFrame.ReadWatermark(Encoding.UTF8.GetBytes(frame)));
}
