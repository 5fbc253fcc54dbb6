using System.Collections.Immutable;
using Everturn.Delivery;

namespace Everturn.Conversations;

/// <summary>Rows of one conversation that the channel has and that no commit has struck yet.</summary>
internal sealed class DeliveredRows
{
    private readonly Lock _lock = new();
    private readonly SortedSet<RowId> _rows = [];

    public void Add(RowId row)
    {
        lock (_lock)
        {
            _rows.Add(row);
        }
    }

    public void Remove(ImmutableArray<RowId> rows)
    {
        lock (_lock)
        {
            _rows.ExceptWith(rows);
        }
    }

    public ImmutableArray<RowId> ToArray()
    {
        lock (_lock)
        {
            return [.. _rows];
        }
    }
}
