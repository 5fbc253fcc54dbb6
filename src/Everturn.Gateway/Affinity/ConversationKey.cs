using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Everturn.Gateway.Affinity;

/// <summary>
/// Finds the conversation that a request belongs to: in the path, in the token, or in the activity. Nothing is verified: the
/// answer only chooses a node, and any node gives the same answer to a forgery. What cannot be read has no conversation.
/// </summary>
internal static class ConversationKey
{
    private const int MaxTokenChars = 16 * 1024;
    private static readonly PathString Messages = new("/api/messages");
    private static readonly PathString Conversations = new("/v3/directline/conversations");
    private static readonly PathString Refresh = new("/v3/directline/tokens/refresh");

    public static string? Of(HttpRequest request, ReadOnlySpan<byte> body)
    {
        if (request.Path.StartsWithSegments(Messages, StringComparison.OrdinalIgnoreCase))
        {
            return FromActivity(body);
        }

        if (request.Path.StartsWithSegments(Conversations, StringComparison.OrdinalIgnoreCase, out var rest))
        {
            return FromPath(rest) ?? FromToken(request.Headers.Authorization);
        }

        return request.Path.StartsWithSegments(Refresh, StringComparison.OrdinalIgnoreCase) ? FromToken(request.Headers.Authorization) : null;
    }

    /// <param name="rest">What follows <c>/conversations</c>.</param>
    public static string? FromPath(PathString rest)
    {
        if (rest.Value is not { Length: > 1 } path)
        {
            return null;
        }

        var end = path.IndexOf('/', 1);
        var id = end < 0 ? path[1..] : path[1..end];
        // The server leaves an encoded slash as it is.
        return id.Length == 0 ? null : id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
    }

    /// <param name="authorization">The header's value: <c>Bearer</c> and a JWT, whose claim <c>conv</c> is wanted.</param>
    public static string? FromToken(string? authorization)
    {
        const string scheme = "Bearer ";
        if (authorization is null || authorization.Length > MaxTokenChars
            || !authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var token = authorization.AsSpan(scheme.Length).Trim();
        var first = token.IndexOf('.');
        var second = first < 0 ? -1 : token[(first + 1)..].IndexOf('.');
        if (second <= 0)
        {
            return null;
        }

        var payload = token.Slice(first + 1, second);
        var bytes = ArrayPool<byte>.Shared.Rent(Base64Url.GetMaxDecodedLength(payload.Length));
        try
        {
            return Base64Url.DecodeFromChars(payload, bytes, out _, out var written) == OperationStatus.Done
                ? ReadString(bytes.AsSpan(0, written), "conv"u8, default)
                : null;
        }
        catch (FormatException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public static string? FromActivity(ReadOnlySpan<byte> body) => ReadString(body, "conversation"u8, "id"u8);

    /// <summary>A string of a JSON object: the root's member, or a member of the root's member.</summary>
    private static string? ReadString(ReadOnlySpan<byte> json, ReadOnlySpan<byte> member, ReadOnlySpan<byte> nested)
    {
        json = json.StartsWith(Encoding.UTF8.Preamble) ? json[Encoding.UTF8.Preamble.Length..] : json;
        try
        {
            var reader = new Utf8JsonReader(json);
            return Find(ref reader, member)
                && (nested.IsEmpty || Find(ref reader, nested))
                && reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: > 0 } value
                    ? value
                    : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The second: text that is not UTF-8, or half a surrogate pair.
            return null;
        }
    }

    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        if (reader.TokenType == JsonTokenType.None)
        {
            reader.Read();
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(name);
            reader.Read();
            if (found)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
