namespace Everturn.Testing.Bots;

/// <summary>Two runs of one turn from the same state: what chance gives the second differs from what it gave the first.</summary>
internal sealed class TwoRuns
{
    // Other in year, month, weekday, day, hour, minute, second and what is smaller.
    private static readonly TimeSpan Later = new(days: 397, hours: 5, minutes: 7, seconds: 11, milliseconds: 13, microseconds: 17);

    private readonly List<double> _drawn = [];
    private int _drawnAgain;

    /// <summary>Whether the second is under way.</summary>
    public bool IsSecond { get; set; }

    /// <summary>How far the second run's wall clock is ahead.</summary>
    public TimeSpan Shift => IsSecond ? Later : TimeSpan.Zero;

    /// <summary>Whether two moments may be the same one by the clocks of both runs.</summary>
    public static bool AreAlike(DateTimeOffset first, DateTimeOffset second) => second == first || second == first + Later;

    /// <summary>A fraction of one.</summary>
    public double Draw(Func<double> next)
    {
        if (!IsSecond)
        {
            _drawn.Add(next());
            return _drawn[^1];
        }

        // Half of all away: of two possibilities or more always another.
        return _drawnAgain < _drawn.Count ? (_drawn[_drawnAgain++] + 0.5) % 1 : next();
    }
}
