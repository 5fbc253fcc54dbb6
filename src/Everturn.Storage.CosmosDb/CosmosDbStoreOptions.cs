using Azure.Core;
using Microsoft.Azure.Cosmos;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.CosmosDb;

/// <summary>Settings of a <see cref="CosmosDbStore"/>.</summary>
public sealed class CosmosDbStoreOptions
{
    /// <summary>
    /// The account: a connection string (<c>AccountEndpoint=...;AccountKey=...</c>), or the account's URL, which is signed in to
    /// with <see cref="Credential"/>. Default none: it must be given.
    /// </summary>
    public string Connection { get; set; } = "";

    /// <summary>The database. Default <c>everturn</c>.</summary>
    public string Database { get; set; } = "everturn";

    /// <summary>The container. Default <c>records</c>. Its partition key is <c>/id</c>.</summary>
    public string Container { get; set; } = "records";

    /// <summary>Who signs in to a URL. Default null: DefaultAzureCredential (environment, workload and managed identity, developer tools).</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>
    /// Whether a missing database and container are made, with the account's default throughput. Default true; false for those
    /// whose identity must not (ET2304 then): an identity that is signed in never may, only a key.
    /// </summary>
    public bool CreateContainer { get; set; } = true;

    /// <summary>
    /// How long an operation may take, with the client's own repeats of what was not executed, before it counts as lost. Default
    /// 8 s; range 1 s to 1 min. Keep it below the deadline of a turn.
    /// </summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>Changes the client's own settings (connection mode, preferred regions, proxy). Default null. What the store relies on is set afterwards.</summary>
    public Action<CosmosClientOptions>? ConfigureClient { get; set; }

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(Connection)) errors.Add($"{nameof(Connection)} is empty; give a connection string or the account's URL.");
        if (!IsName(Database)) errors.Add($"{nameof(Database)} is '{Database}'; use 1 to 255 characters without / \\ # ?.");
        if (!IsName(Container)) errors.Add($"{nameof(Container)} is '{Container}'; use 1 to 255 characters without / \\ # ?.");
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(1)) errors.Add($"{nameof(Timeout)} is {Timeout}; allowed are 1 s to 1 min.");
        if (errors.Count > 0) throw Invalid(errors);
    }

    internal static OptionsValidationException Invalid(IEnumerable<string> errors) =>
        new(nameof(CosmosDbStoreOptions), typeof(CosmosDbStoreOptions), [.. errors.Select(error => "ET2309: " + error)]);

    private static bool IsName(string name) =>
        name is { Length: >= 1 and <= 255 } && name.AsSpan().IndexOfAny("/\\#?") < 0 && name.Trim() == name;
}
