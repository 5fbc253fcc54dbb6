namespace Everturn.Testing.Bots;

/// <summary>Two runs of one turn from the same state: what chance gives the second differs from what it gave the first.</summary>
internal sealed class TwoRuns
{
    // Other in year, month, weekday, day, hour, minute, second and what is smaller.
    private static readonly TimeSpan Later = new(days: 397, hours: 5, minutes: 7, seconds: 11, milliseconds: 13, microseconds: 17);

    private readonly Lock _lock = new();
    private readonly List<double> _drawn = [];
    private readonly List<string> _steps = [];
    private readonly List<string> _stepsAgain = [];
    private readonly HashSet<string> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _recovered = new(StringComparer.Ordinal);
    private int _drawnAgain;

    /// <summary>Whether the second is under way.</summary>
    public bool IsSecond { get; set; }

    /// <summary>Whether the steps of both have the same results: a call that failed in the first is made again, and may succeed.</summary>
    public bool AreComparable { get; private set; } = true;

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

    /// <summary>A run comes to a step.</summary>
    public void Take(string step, bool again)
    {
        lock (_lock)
        {
            var steps = again ? _stepsAgain : _steps;
            if (!steps.Contains(step, StringComparer.Ordinal))
            {
                steps.Add(step);
            }

            // It had to be tried again, and is remembered now.
            AreComparable &= !again || !_recovered.Contains(step);
        }
    }

    /// <summary>Whether the second run is about to make a call that the first has not made.</summary>
    public bool IsNew(string step)
    {
        lock (_lock)
        {
            return AreComparable && !_steps.Contains(step, StringComparer.Ordinal);
        }
    }

    /// <summary>The call of a step has ended.</summary>
    public void Called(string step, bool again, bool failed)
    {
        lock (_lock)
        {
            if (again)
            {
                AreComparable &= failed || !_failed.Contains(step);
            }
            else if (failed)
            {
                _failed.Add(step);
            }
            else if (_failed.Remove(step))
            {
                _recovered.Add(step);
            }
        }
    }

    /// <summary>The steps that one of the runs has taken and the other has not, in pairs, each with its number within its run.</summary>
    public IEnumerable<(int Number, string? First, string? Second)> DifferingSteps()
    {
        lock (_lock)
        {
            var (first, second) = (_steps.Except(_stepsAgain, StringComparer.Ordinal).ToArray(), _stepsAgain.Except(_steps, StringComparer.Ordinal).ToArray());
            return [.. Enumerable.Range(0, Math.Max(first.Length, second.Length)).Select(at => (
                1 + (at < first.Length ? _steps.IndexOf(first[at]) : _stepsAgain.IndexOf(second[at])),
                first.ElementAtOrDefault(at),
                second.ElementAtOrDefault(at)))];
        }
    }
}
