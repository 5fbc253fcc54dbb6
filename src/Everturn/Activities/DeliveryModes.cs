namespace Everturn.Activities;

/// <summary>How the receiver of an activity is to answer. The set is open: unknown words mean <see cref="Normal"/>.</summary>
public static class DeliveryModes
{
    /// <summary>Replies go over the channel.</summary>
    public const string Normal = "normal";

    /// <summary>Replies go into the HTTP response.</summary>
    public const string ExpectReplies = "expectReplies";

    /// <summary>Replies go into the HTTP response one by one.</summary>
    public const string Stream = "stream";
}
