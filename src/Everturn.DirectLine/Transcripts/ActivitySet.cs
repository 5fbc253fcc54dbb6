using System.Buffers;
using System.Text;

namespace Everturn.DirectLine.Transcripts;

/// <summary>Writes what clients get: activities, and the watermark behind the last.</summary>
internal static class ActivitySet
{
    /// <summary>The most activities of one set.</summary>
    public const int MaxCount = 100;

    /// <summary>The most bytes of one set's activities; a single larger one still comes.</summary>
    public const int MaxBytes = 512 * 1024;

    public static ReadOnlyMemory<byte> Write(IEnumerable<ReadOnlyMemory<byte>> activities, long watermark)
    {
        var output = new ArrayBufferWriter<byte>(1024);
        output.Write("{\"activities\":["u8);
        var isFirst = true;
        foreach (var activity in activities)
        {
            if (!isFirst)
            {
                output.Write(","u8);
            }

            output.Write(activity.Span);
            isFirst = false;
        }

        output.Write(Encoding.UTF8.GetBytes($"],\"watermark\":\"{Watermark.Format(watermark)}\"}}"));
        return output.WrittenMemory;
    }
}
