using System.Text.Json.Serialization;

namespace Everturn.Dialogs.Prompts;

/// <summary>A date, a time of day, or both, as the user has named them.</summary>
/// <param name="Date">The date; null when only a time was named.</param>
/// <param name="Time">The time of day; null when only a date was named.</param>
/// <param name="Offset">The distance to UTC; null unless it was named, or both were.</param>
public sealed record DateTimeResolution(DateOnly? Date, TimeOnly? Time, TimeSpan? Offset = null)
{
    /// <summary>Date and time together, midnight when no time was named; null without a date.</summary>
    [JsonIgnore]
    public DateTime? DateTime => Date?.ToDateTime(Time ?? TimeOnly.MinValue);
}
