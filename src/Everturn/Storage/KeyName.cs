using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Everturn.Storage;

/// <summary>
/// For stores whose names take fewer characters than a key has: a name of ASCII letters, digits and <c>-=_~!</c> for every key.
/// No two keys share one, and names compare as the UTF-8 bytes of their keys do.
/// </summary>
/// <remarks>
/// <para>ASCII letters and digits stand for themselves. Every other byte is a sign and two hexadecimal digits, and the sign lies
/// where the byte lies among letters and digits: <c>-</c> below '0', <c>=</c> between '9' and 'A', <c>_</c> between 'Z' and
/// 'a', <c>~</c> above 'z'.</para>
/// <para>A name that would be longer than the store allows is cut, and ends in <c>!</c> and the key's SHA-256. It is not
/// reversible: the store keeps the key beside it. Of two cut names only the heads compare as their keys do.</para>
/// </remarks>
public static class KeyName
{
    // Sorts before every character of a name, so a cut name stands right behind the whole name that equals its beginning.
    private const char Cut = '!';
    private const int CutLength = 1 + (2 * SHA256.HashSizeInBytes);

    /// <summary>The name of a key.</summary>
    /// <param name="key">A valid key: see <see cref="StoreKey.IsValid"/>.</param>
    /// <param name="maxLength">The store's limit in characters, at least 128.</param>
    public static string Of(string key, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 128);
        var name = Encode(key);
        if (name.Length <= maxLength)
        {
            return name;
        }

        var length = maxLength - CutLength;
        // A sign keeps its digits.
        if (IsSign(name[length - 1])) length -= 1;
        else if (IsSign(name[length - 2])) length -= 2;
        return $"{name.AsSpan(0, length)}{Cut}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}";
    }

    /// <summary>How the names of all keys with this beginning begin.</summary>
    /// <param name="beginning">How the keys begin. Keys with another beginning may have such names too, when it is long.</param>
    /// <param name="maxLength">The store's limit in characters, as given to <see cref="Of"/>.</param>
    public static string Prefix(string beginning, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(beginning);
        // The shortest head: see Of.
        var length = maxLength - CutLength - 2;
        // A cut name may hold less of the key than the beginning has.
        var name = Encode(beginning);
        return name.Length <= length ? name : name[..length];
    }

    /// <summary>The part of a cut name before the cut; null for a whole name.</summary>
    public static string? Head(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var cut = name.IndexOf(Cut, StringComparison.Ordinal);
        return cut < 0 ? null : name[..cut];
    }

    /// <summary>The key of a whole name; null for a cut one, and for a name that no key has.</summary>
    public static string? TryDecode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var bytes = new byte[name.Length];
        var count = 0;
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(name[i])) bytes[count++] = (byte)name[i];
            else if (IsSign(name[i]) && i + 2 < name.Length && byte.TryParse(name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, null, out bytes[count]))
            {
                count++;
                i += 2;
            }
            else return null;
        }

        var key = Encoding.UTF8.GetString(bytes.AsSpan(0, count));
        // What another program named may read like a name, and no key makes it.
        return key.Length > 0 && StoreKey.IsValid(key) && Encode(key) == name ? key : null;
    }

    private static string Encode(string key)
    {
        var name = new StringBuilder(key.Length + 16);
        foreach (var value in Encoding.UTF8.GetBytes(key))
        {
            if (char.IsAsciiLetterOrDigit((char)value)) name.Append((char)value);
            else name.Append(Sign(value)).Append(value.ToString("X2", null));
        }

        return name.ToString();
    }

    private static char Sign(byte value) => value switch
    {
        < (byte)'0' => '-',
        < (byte)'A' => '=',
        < (byte)'a' => '_',
        _ => '~',
    };

    private static bool IsSign(char c) => c is '-' or '=' or '_' or '~';
}
