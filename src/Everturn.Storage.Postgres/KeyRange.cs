using System.Text;

namespace Everturn.Storage.Postgres;

// The keys that begin with a prefix: from it (inclusive) to the least string above them all (exclusive; null when there is none).
internal static class KeyRange
{
    // In the order of UTF-8 bytes, which is that of code points. A code point above the last one's is never a surrogate.
    public static string? Above(string prefix)
    {
        var runes = prefix.EnumerateRunes().ToList();
        while (runes.Count > 0)
        {
            var last = runes[^1].Value;
            runes.RemoveAt(runes.Count - 1);
            if (last == 0x10ffff) continue;
            runes.Add(new Rune(last == 0xd7ff ? 0xe000 : last + 1));
            return string.Concat(runes);
        }

        return null;
    }
}
