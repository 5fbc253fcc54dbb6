using System.Diagnostics.CodeAnalysis;

namespace Everturn.Gateway.Topology;

/// <summary>What a node's name and URL may look like.</summary>
internal static class NodeAddress
{
    public const string NameRule = "a name has 1 to 128 of the characters A-Z a-z 0-9 . _ -";
    public const string UrlRule = "give http or https, host and port without a path, such as http://127.0.0.1:5001.";

    public static bool IsName(string? name) =>
        name is { Length: > 0 and <= 128 } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>The URL without a final slash, as requests are appended to it.</summary>
    public static bool TryParse(string? url, [NotNullWhen(true)] out string? address)
    {
        address = null;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
            || uri.PathAndQuery != "/" || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            return false;
        }

        address = uri.GetLeftPart(UriPartial.Authority);
        return true;
    }
}
