using System.Collections.Immutable;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Users;

/// <summary>The document that holds a user's state.</summary>
internal sealed record UserRecord
{
    /// <summary>The most conversations whose progress is remembered. The oldest make room.</summary>
    private const int MostApplied = 256;

    public static readonly UserRecord Empty = new();

    /// <summary>Named JSON values in ordinal order.</summary>
    public IReadOnlyDictionary<string, ReadOnlyMemory<byte>> State { get; init; } = ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty;

    /// <summary>How far the rows of each conversation have been applied, the latest last.</summary>
    public ImmutableArray<AppliedRow> Applied { get; init; } = [];

    /// <summary>
    /// Until when what remains of an erased record is kept: how far rows had been applied, so that a late one does not bring it back. Null
    /// while there is a state.
    /// </summary>
    public DateTimeOffset? EndedUntil { get; init; }

    /// <summary>Root members that a newer format added.</summary>
    public ImmutableArray<KeyValuePair<string, ReadOnlyMemory<byte>>> Unknown { get; init; } = [];

    /// <summary>Whether a row has been applied.</summary>
    public bool Has(string life, RowId row) => Applied.Any(applied => applied.Life == life && applied.Row >= row);

    /// <summary>What remains of it when it is erased.</summary>
    public UserRecord Erased(DateTimeOffset until) => new() { Applied = Applied, EndedUntil = until };

    /// <summary>Applies a row's changes, unless that has been done.</summary>
    public UserRecord With(UserPatch patch, RowId row) => Has(patch.Life, row) ? this : this with
    {
        State = patch.ApplyTo(State),
        EndedUntil = null,
        Applied = [.. Applied.Where(applied => applied.Life != patch.Life).TakeLast(MostApplied - 1), new(patch.Life, row)],
    };
}

/// <summary>How far the rows of one conversation have been applied to a user's record.</summary>
/// <param name="Life">See <see cref="ConversationRecord.Life"/>.</param>
/// <param name="Row">The highest row.</param>
internal sealed record AppliedRow(string Life, RowId Row);
