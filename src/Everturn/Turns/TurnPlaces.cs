namespace Everturn.Turns;

/// <summary>Places for what runs at once, first come, first served.</summary>
internal sealed class TurnPlaces(int count)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<TurnPlace> _line = [];
    private int _free = count;

    /// <summary>Takes a place, or stands in line for one.</summary>
    public TurnPlace Take()
    {
        var place = new TurnPlace(this);
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                place.Give();
            }
            else
            {
                _line.AddLast(place.InLine);
            }
        }

        return place;
    }

    /// <summary>Gives a place to the next in line; who has none yet leaves the line.</summary>
    public void Leave(TurnPlace place)
    {
        lock (_lock)
        {
            if (place.InLine.List is not null)
            {
                _line.Remove(place.InLine);
            }
            else if (_line.First is { } first)
            {
                _line.Remove(first);
                first.Value.Give();
            }
            else
            {
                _free++;
            }
        }
    }
}

/// <summary>A place, or the wait for one. Disposed it is given back.</summary>
internal sealed class TurnPlace : IDisposable
{
    private readonly TurnPlaces _places;
    private readonly TaskCompletionSource _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isLeft;

    public TurnPlace(TurnPlaces places)
    {
        _places = places;
        InLine = new(this);
    }

    /// <summary>Completes when the place is there.</summary>
    public Task Taken => _taken.Task;

    /// <summary>The same, in the context of who waits.</summary>
    public async Task WaitAsync() => await Taken;

    /// <summary>Where it stands in line.</summary>
    public LinkedListNode<TurnPlace> InLine { get; }

    public void Give() => _taken.SetResult();

    public void Dispose()
    {
        if (!_isLeft)
        {
            _isLeft = true;
            _places.Leave(this);
        }
    }
}
