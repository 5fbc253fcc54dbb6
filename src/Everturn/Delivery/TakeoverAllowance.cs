namespace Everturn.Delivery;

/// <summary>How many conversations this node may take over just now on its own account: a second's worth at first, growing back evenly.</summary>
internal sealed class TakeoverAllowance(int perSecond, TimeProvider time)
{
    private readonly Lock _lock = new();
    private double _left = perSecond;
    private long _countedAt = time.GetTimestamp();

    /// <summary>Whether there is anything left.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return Count() < 1;
            }
        }
    }

    /// <summary>Uses one up; false when there is none.</summary>
    public bool TryTake()
    {
        lock (_lock)
        {
            var isThere = Count() >= 1;
            _left -= isThere ? 1 : 0;
            return isThere;
        }
    }

    private double Count()
    {
        var now = time.GetTimestamp();
        _left = Math.Min(perSecond, _left + (time.GetElapsedTime(_countedAt, now).TotalSeconds * perSecond));
        _countedAt = now;
        return _left;
    }
}
