using System.Text;

namespace Everturn.Storage;

/// <summary>Builds and checks the keys of stored documents: <c>{bot}/{channel}/{kind}/{id}</c>.</summary>
/// <remarks>The first three segments are percent-encoded; the id comes last and as it is, and may hold slashes.</remarks>
public static class StoreKey
{
    /// <summary>The longest key, in UTF-8 bytes.</summary>
    public const int MaxBytes = 1024;

    /// <summary>Builds a key.</summary>
    /// <exception cref="ArgumentException">A part is empty, or the key is longer than <see cref="MaxBytes"/>.</exception>
    public static string Create(string bot, string channel, string kind, string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(bot);
        ArgumentException.ThrowIfNullOrEmpty(channel);
        ArgumentException.ThrowIfNullOrEmpty(kind);
        ArgumentException.ThrowIfNullOrEmpty(id);
        var key = $"{Uri.EscapeDataString(bot)}/{Uri.EscapeDataString(channel)}/{Uri.EscapeDataString(kind)}/{id}";
        if (!IsValid(key))
        {
            throw new ArgumentException(
                $"ET1001: the key of {kind} '{id[..Math.Min(id.Length, 64)]}' has {Encoding.UTF8.GetByteCount(key)} bytes or is not valid "
                + $"Unicode; at most {MaxBytes} bytes are allowed. Use shorter ids.", nameof(id));
        }

        return key;
    }

    /// <summary>The scope of a bot's documents: the first segment of their keys.</summary>
    public static string Scope(string bot) => Uri.EscapeDataString(bot);

    /// <summary>Whether a store must accept this key: 1 to <see cref="MaxBytes"/> bytes of well-formed Unicode without NUL.</summary>
    public static bool IsValid(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxBytes || key.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            return StrictUtf8.GetByteCount(key) <= MaxBytes;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
