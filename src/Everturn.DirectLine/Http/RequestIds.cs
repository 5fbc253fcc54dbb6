using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Http;

/// <summary>The id that the gateway stamps on a request, equal when the request is repeated.</summary>
internal static class RequestIds
{
    private const string Header = "Everturn-Request-Id";
    private const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");

    /// <summary>The request's id; null when it has none or a malformed one.</summary>
    public static string? Of(HttpRequest request)
    {
        var value = request.Headers[Header].ToString();
        return value.Length is > 0 and <= MaxLength && !value.AsSpan().ContainsAnyExcept(Allowed) ? value : null;
    }
}
