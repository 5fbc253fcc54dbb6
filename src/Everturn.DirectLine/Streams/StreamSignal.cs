namespace Everturn.DirectLine.Streams;

/// <summary>What wakes a stream. Activities themselves never queue here: a stream takes them from the transcript at its own pace.</summary>
/// <param name="Ephemeral">A typing indicator to show; empty for none.</param>
/// <param name="After">The newest activity when it came: shown only if nothing was said since.</param>
/// <param name="IsKeepAlive">Whether to show the client that the stream is alive.</param>
internal readonly record struct StreamSignal(ReadOnlyMemory<byte> Ephemeral, long After, bool IsKeepAlive)
{
    public static readonly StreamSignal News;
    public static readonly StreamSignal KeepAlive = new(default, 0, IsKeepAlive: true);
}
