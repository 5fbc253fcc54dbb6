using System.Globalization;

namespace Everturn.Activities;

/// <summary>Reads the times of an activity, which are kept as they were sent.</summary>
public static class ActivityTimes
{
    /// <summary>When the channel recorded the activity; null when that is missing or malformed.</summary>
    public static DateTimeOffset? GetTimestamp(this Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return Parse(activity.Timestamp);
    }

    /// <summary>The sender's clock with its offset; null when that is missing or malformed.</summary>
    public static DateTimeOffset? GetLocalTimestamp(this Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return Parse(activity.LocalTimestamp);
    }

    /// <summary>When the activity stops being of use; null when that is missing or malformed.</summary>
    public static DateTimeOffset? GetExpiration(this Activity activity)
    {
        ArgumentNullException.ThrowIfNull(activity);
        return Parse(activity.Expiration);
    }

    // A time without an offset is taken as UTC, since nobody else knows this node's zone. The T in its place keeps out the
    // many other spellings that .NET would guess at.
    private static DateTimeOffset? Parse(string? text) =>
        text is { Length: > 10 } && text[10] == 'T'
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}
