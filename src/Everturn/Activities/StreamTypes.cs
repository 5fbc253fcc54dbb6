namespace Everturn.Activities;

/// <summary>What a part of a streamed message is. Source: Activity protocol, entity <c>streaminfo</c>.</summary>
public static class StreamTypes
{
    /// <summary>Words about what the bot is doing, in place of the message.</summary>
    public const string Informative = "informative";

    /// <summary>The message so far: all of it, not what was added.</summary>
    public const string Streaming = "streaming";

    /// <summary>The message; without content it ends the stream and takes away what was shown.</summary>
    public const string Final = "final";
}
