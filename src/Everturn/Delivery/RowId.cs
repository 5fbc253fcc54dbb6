using System.Globalization;

namespace Everturn.Delivery;

/// <summary>The stable id of an outbox row: the revision that produced it and its place among that turn's rows.</summary>
/// <remarks>Ids of one conversation are totally ordered, and that order is the order of delivery.</remarks>
/// <param name="Revision">The revision whose turn wrote the row, from 1.</param>
/// <param name="Index">The row's place within its turn, from 0.</param>
public readonly record struct RowId(long Revision, int Index) : IComparable<RowId>
{
    /// <summary>The id as text: <c>{revision}.{index}</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Revision}.{Index}");

    /// <summary>Reads <c>{revision}.{index}</c>.</summary>
    /// <exception cref="FormatException">The text has another shape.</exception>
    public static RowId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        return dot > 0
            && long.TryParse(text.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            && int.TryParse(text.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? new RowId(revision, index)
            : throw new FormatException($"'{text}' is not a row id; expected revision.index.");
    }

    /// <inheritdoc />
    public int CompareTo(RowId other) =>
        Revision != other.Revision ? Revision.CompareTo(other.Revision) : Index.CompareTo(other.Index);

    /// <summary>Whether the left row comes first.</summary>
    public static bool operator <(RowId left, RowId right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left row comes first or is the same.</summary>
    public static bool operator <=(RowId left, RowId right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left row comes later.</summary>
    public static bool operator >(RowId left, RowId right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left row comes later or is the same.</summary>
    public static bool operator >=(RowId left, RowId right) => left.CompareTo(right) >= 0;
}
