using Microsoft.AspNetCore.Http;

namespace Everturn.Gateway.Forwarding;

/// <summary>The name of a request, equal on its repeats: nodes derive the activity's identity from it.</summary>
internal static class RequestId
{
    public const string Header = "Everturn-Request-Id";

    /// <summary>The client's own id when it is well-formed, else a new one; stamped on the request and the response.</summary>
    public static string Stamp(HttpContext context)
    {
        var values = context.Request.Headers[Header];
        var id = values.Count == 1 && IsWellFormed(values[0]) ? values[0]! : Guid.NewGuid().ToString("N");
        context.Request.Headers[Header] = id;
        context.Response.Headers[Header] = id;
        return id;
    }

    public static bool IsWellFormed(string? id) =>
        id is { Length: > 0 and <= 128 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
