using System.Buffers.Text;
using Everturn.Conversations;

namespace Everturn.Storage;

/// <summary>An encrypted document as it is stored: <c>{"protected":"base64"}</c>, byte for byte. Our other documents begin with their format.</summary>
internal static class ProtectedFormat
{
    private static ReadOnlySpan<byte> Head => "{\"protected\":\""u8;

    private static ReadOnlySpan<byte> Tail => "\"}"u8;

    public static bool Is(ReadOnlySpan<byte> content) => content.StartsWith(Head) && content.EndsWith(Tail);

    public static byte[] Write(ReadOnlySpan<byte> encrypted)
    {
        var content = new byte[Head.Length + Base64.GetMaxEncodedToUtf8Length(encrypted.Length) + Tail.Length];
        Head.CopyTo(content);
        Base64.EncodeToUtf8(encrypted, content.AsSpan(Head.Length), out _, out _);
        Tail.CopyTo(content.AsSpan(content.Length - Tail.Length));
        return content;
    }

    /// <exception cref="FormatException">It holds no base64.</exception>
    public static byte[] Read(ReadOnlySpan<byte> content)
    {
        var base64 = content[Head.Length..^Tail.Length];
        var encrypted = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        return Base64.DecodeFromUtf8(base64, encrypted, out _, out var length) is System.Buffers.OperationStatus.Done
            ? encrypted[..length]
            : throw new FormatException("It holds no base64.");
    }

    /// <summary>Keeps a program that cannot decrypt from taking an encrypted document for an empty one.</summary>
    /// <exception cref="UnreadableRecordException">The document is encrypted.</exception>
    public static void ThrowIfProtected(ReadOnlySpan<byte> content)
    {
        if (Is(content))
        {
            throw new UnreadableRecordException(
                "ET1033: the document is encrypted, and this program has no key ring. Every program that opens this store must protect its records (ProtectRecords).");
        }
    }
}
