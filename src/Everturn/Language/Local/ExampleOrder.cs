namespace Everturn.Language.Local;

/// <summary>The order in which examples are learned: mixed, since files group them by intent, and the same for every run.</summary>
internal sealed class ExampleOrder
{
    private readonly int[] _order;
    private uint _state = 2463534242;

    public ExampleOrder(int count)
    {
        _order = new int[count];
        for (var index = 0; index < count; index++) _order[index] = index;
    }

    /// <summary>The next epoch's order: Fisher-Yates with Marsaglia's xorshift.</summary>
    public ReadOnlySpan<int> Next()
    {
        for (var last = _order.Length - 1; last > 0; last--)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            var other = (int)(_state % (uint)(last + 1));
            (_order[last], _order[other]) = (_order[other], _order[last]);
        }

        return _order;
    }
}
