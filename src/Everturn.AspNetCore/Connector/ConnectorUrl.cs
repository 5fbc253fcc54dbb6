using System.Diagnostics.CodeAnalysis;

namespace Everturn.AspNetCore.Connector;

/// <summary>Addresses of the Connector REST API.</summary>
internal static class ConnectorUrl
{
    /// <summary>Reads a service URL: absolute, http or https, without query and fragment, which would swallow what is appended.</summary>
    public static bool TryParseService(string serviceUrl, [NotNullWhen(true)] out Uri? url)
    {
        var isService = Uri.TryCreate(serviceUrl, UriKind.Absolute, out url)
            && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
            && url.UserInfo.Length == 0
            && serviceUrl.AsSpan().IndexOfAny('?', '#') < 0;
        return isService;
    }

    /// <summary>
    /// Where an activity goes: to another when it answers or changes that, else to the conversation. Appended as text, since
    /// resolving would drop the service URL's path.
    /// </summary>
    /// <returns>Null when there is no such address.</returns>
    public static Uri? OfActivities(string serviceUrl, string conversationId, string? anotherId)
    {
        if (!IsSegment(conversationId) || (anotherId is { Length: > 0 } && !IsSegment(anotherId)))
        {
            return null;
        }

        var another = anotherId is { Length: > 0 } ? "/" + Uri.EscapeDataString(anotherId) : "";
        return TryParseService($"{serviceUrl.TrimEnd('/')}/v3/conversations/{Uri.EscapeDataString(conversationId)}/activities{another}", out var url)
            ? url
            : null;
    }

    /// <summary>Whether an id can stand in a path: dot segments vanish from it, however they are encoded.</summary>
    public static bool IsSegment(string id) => id is not ("" or "." or "..");
}
