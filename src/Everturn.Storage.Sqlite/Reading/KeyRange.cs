using System.Text;

namespace Everturn.Storage.Sqlite.Reading;

// From (inclusive) to (exclusive), as bytes: SQLite compares keys byte by byte.
internal readonly record struct KeyRange(byte[] From, byte[] To)
{
    public static KeyRange Of(string prefix, string? after)
    {
        var from = Encoding.UTF8.GetBytes(prefix);
        var to = Above(from);
        if (after is not null)
        {
            // The least string above a given one is that one and a NUL.
            var next = Encoding.UTF8.GetBytes(after + '\0');
            if (next.AsSpan().SequenceCompareTo(from) > 0) from = next;
        }

        return new(from, to);
    }

    // The least bytes above everything that begins so. 0xFF never occurs in UTF-8, so nothing overflows.
    private static byte[] Above(byte[] prefix)
    {
        if (prefix.Length == 0) return [0xff];
        var above = prefix.ToArray();
        above[^1]++;
        return above;
    }
}
