namespace Everturn.Cli.Verify;

/// <summary>Some measured times.</summary>
/// <param name="Count">How many.</param>
/// <param name="MedianSeconds">The one in the middle; 0 when there are none.</param>
/// <param name="MaxSeconds">The longest; 0 when there are none.</param>
internal sealed record Durations(int Count, double MedianSeconds, double MaxSeconds)
{
    public static Durations Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Order().Select(time => Math.Round(time.TotalSeconds, 3)).ToArray();
        return sorted.Length == 0 ? new(0, 0, 0) : new(sorted.Length, sorted[sorted.Length / 2], sorted[^1]);
    }
}
