using System.Collections.Immutable;
using System.Text;
using Everturn.Delivery;

namespace Everturn.Conversations;

/// <summary>Rows of one conversation that the channel has and that no commit has struck yet, with the channel's ids.</summary>
internal sealed class DeliveredRows
{
    /// <summary>The longest id that is remembered, in characters. Channels' own are far shorter.</summary>
    private const int MaxIdLength = 1024;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<RowId, string?> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="activityId">What its channel calls what it sent, if that is ever to be asked for.</param>
    public void Add(RowId row, string? activityId)
    {
        lock (_lock)
        {
            _rows[row] = IsFit(activityId) ? activityId : null;
        }
    }

    public void Remove(ImmutableArray<DeliveredRow> rows)
    {
        lock (_lock)
        {
            foreach (var row in rows)
            {
                _rows.Remove(row.Id);
            }
        }
    }

    public ImmutableArray<DeliveredRow> ToArray()
    {
        lock (_lock)
        {
            return [.. _rows.Select(row => new DeliveredRow(row.Key, row.Value))];
        }
    }

    // Half a surrogate pair could not be stored.
    private static bool IsFit(string? activityId) =>
        activityId is { Length: > 0 and <= MaxIdLength } && !activityId.EnumerateRunes().Contains(Rune.ReplacementChar);
}
