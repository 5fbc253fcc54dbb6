using Azure.Core;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.AzureBlobs;

/// <summary>Settings of an <see cref="AzureBlobStore"/>.</summary>
public sealed class AzureBlobStoreOptions
{
    /// <summary>
    /// Where the blobs are: a connection string (with the account's key or a SAS), or the URL of an account or container. A URL
    /// with a SAS is used as it is; one without is signed in to with <see cref="Credential"/>. Default none: it must be given.
    /// </summary>
    public string Connection { get; set; } = "";

    /// <summary>The container. Default <c>everturn</c>; ignored when <see cref="Connection"/> is the URL of a container.</summary>
    public string Container { get; set; } = "everturn";

    /// <summary>Who signs in to a URL without SAS. Default null: DefaultAzureCredential (environment, workload and managed identity, developer tools).</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>Whether a missing container is made. Default true; false for those whose identity must not make containers (ET2203 then).</summary>
    public bool CreateContainer { get; set; } = true;

    /// <summary>
    /// How long one request may take before it counts as lost. Default 5 s; range 1 s to 1 min. Keep it below the deadline of
    /// a turn. Reads are repeated up to three times, saves never.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The pause between two pages of the sweep, which finds what is due while Azure's tag index lags. Default 5 s; range
    /// 100 ms to 10 min. Each page is one list operation over up to 5,000 blobs.
    /// </summary>
    public TimeSpan SweepPause { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Changes the client's own settings (proxy, transport, policies). Default null. Its retries are set afterwards.</summary>
    public Action<BlobClientOptions>? ConfigureClient { get; set; }

    /// <summary>Blobs a page of the sweep; smaller in tests.</summary>
    internal int SweepPage { get; set; } = 5000;

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(Connection)) errors.Add($"{nameof(Connection)} is empty; give a connection string, or the URL of an account or container.");
        if (!IsContainerName(Container)) errors.Add($"{nameof(Container)} is '{Container}'; use 3 to 63 lower-case letters, digits and single hyphens.");
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromMinutes(1)) errors.Add($"{nameof(RequestTimeout)} is {RequestTimeout}; allowed are 1 s to 1 min.");
        if (SweepPause < TimeSpan.FromMilliseconds(100) || SweepPause > TimeSpan.FromMinutes(10)) errors.Add($"{nameof(SweepPause)} is {SweepPause}; allowed are 100 ms to 10 min.");
        if (errors.Count > 0) throw Invalid(errors);
    }

    internal static OptionsValidationException Invalid(IEnumerable<string> errors) =>
        new(nameof(AzureBlobStoreOptions), typeof(AzureBlobStoreOptions), [.. errors.Select(error => "ET2209: " + error)]);

    // https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata
    private static bool IsContainerName(string name) =>
        name is { Length: >= 3 and <= 63 } && name[0] != '-' && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal)
        && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
