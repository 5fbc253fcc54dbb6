using Everturn.Testing.Bots;

namespace Everturn.Testing;

/// <summary>What goes wrong next. Each happens once, in the first turn that comes to its moment.</summary>
public sealed class NextFaults
{
    private readonly Faults _faults;

    internal NextFaults(Faults faults) => _faults = faults;

    /// <summary>Another write gets in just before the turn is committed: the bot runs again.</summary>
    /// <param name="times">How often in a row.</param>
    public NextFaults Conflict(int times = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        for (var time = 0; time < times; time++)
        {
            _faults.Arm(new Fault.Conflict());
        }

        return this;
    }

    /// <summary>
    /// The node dies with all its memory. Another one with the same store goes on; what waited for an answer is sent to it once more, as
    /// a gateway or a channel does.
    /// </summary>
    public NextFaults Crash(CrashPoint at)
    {
        ArgumentNullException.ThrowIfNull(at);
        _faults.Arm(new Fault.Crash(at));
        return this;
    }

    /// <summary>The channel delivers the next activity twice.</summary>
    /// <param name="atOnce">Whether the second comes to another node at the same time; otherwise it comes after the first was answered.</param>
    public NextFaults DuplicateDelivery(bool atOnce = false)
    {
        _faults.Arm(new Fault.Duplicate(atOnce));
        return this;
    }
}
