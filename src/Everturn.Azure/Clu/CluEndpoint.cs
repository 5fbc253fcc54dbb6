namespace Everturn.Azure.Clu;

/// <summary>The service in one region.</summary>
public sealed class CluEndpoint
{
    /// <summary>The region's name, as the nodes call theirs (<c>Everturn:Region</c>), such as <c>westeurope</c>.</summary>
    public string Region { get; set; } = "";

    /// <summary>The language resource's address, such as <c>https://NAME.cognitiveservices.azure.com</c>. Plain http is taken for loopback alone.</summary>
    public Uri? Address { get; set; }

    /// <summary>The resource's key. Default null: the credential signs in.</summary>
    public string? Key { get; set; }

    internal IEnumerable<string> Errors(string place)
    {
        if (string.IsNullOrWhiteSpace(Region)) yield return $"{place}.{nameof(Region)} is empty; give the region's name.";
        if (Address is not { IsAbsoluteUri: true } || Address.UserInfo.Length > 0 || Address.Query.Length > 0 || !(Address.Scheme == "https" || (Address.Scheme == "http" && Address.IsLoopback)))
        {
            yield return $"{place}.{nameof(Address)} is '{Address}'; give an https address such as https://NAME.cognitiveservices.azure.com.";
        }

        if (Key is not null && (Key.Length == 0 || !Key.All(c => c is > ' ' and < '\x7f'))) yield return $"{place}.{nameof(Key)} is empty, or has characters that no key has.";
    }
}
