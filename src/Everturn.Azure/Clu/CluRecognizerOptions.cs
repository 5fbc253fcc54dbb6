using Azure.Core;
using Microsoft.Extensions.Options;

namespace Everturn.Azure.Clu;

/// <summary>Settings of a <see cref="CluRecognizer"/>.</summary>
public sealed class CluRecognizerOptions
{
    /// <summary>The recognizer's name. Default <c>clu</c>; give each its own when a bot has several.</summary>
    public string Name { get; set; } = "clu";

    /// <summary>The project, as it is called in the service; upper and lower case count. Default none: it must be given.</summary>
    public string Project { get; set; } = "";

    /// <summary>The deployment; upper and lower case count. The same in all regions. Default <c>production</c>.</summary>
    public string Deployment { get; set; } = "production";

    /// <summary>
    /// The service in its regions, in the order in which they are asked; that of the node's own region is asked first, wherever it
    /// stands. Default none: at least one must be given.
    /// </summary>
    public IList<CluEndpoint> Endpoints { get; } = [];

    /// <summary>Who signs in to endpoints without a key. Default null: DefaultAzureCredential (environment, workload and managed identity, developer tools).</summary>
    public TokenCredential? Credential { get; set; }

    /// <summary>For whom the sign-in's tokens are. Default that of Azure's public cloud; other clouds have another.</summary>
    public string Audience { get; set; } = "https://cognitiveservices.azure.com";

    /// <summary>How long one region may take. Default 2 s; range 100 ms to 30 s. Then the next is asked.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long all regions together may take. Default 5 s; range <see cref="RequestTimeout"/> to 1 min. A region is asked while at least half
    /// of its time is left. Keep it below the deadline of a turn: then the fallback still has time.
    /// </summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// After how many requests within 30 s, half of which or more failed, a region is left alone. Default 3; range 2 to 100.
    /// </summary>
    public int FailuresToBreak { get; set; } = 3;

    /// <summary>For how long it is left alone; then one request tries it. Default 15 s; range 500 ms to 10 min.</summary>
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(15);

    internal void ThrowIfInvalid()
    {
        var errors = new List<string>();
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100) errors.Add($"{nameof(Name)} is '{Name}'; it must have 1 to 100 characters.");
        if (string.IsNullOrWhiteSpace(Project)) errors.Add($"{nameof(Project)} is empty; give the project's name.");
        if (string.IsNullOrWhiteSpace(Deployment)) errors.Add($"{nameof(Deployment)} is empty; give the deployment's name.");
        if (Endpoints.Count == 0) errors.Add($"{nameof(Endpoints)} is empty; give at least one region with its address.");
        for (var at = 0; at < Endpoints.Count; at++) errors.AddRange(Endpoints[at].Errors($"{nameof(Endpoints)}[{at}]"));
        foreach (var region in Endpoints.GroupBy(endpoint => endpoint.Region, StringComparer.OrdinalIgnoreCase).Where(region => region.Count() > 1)) errors.Add($"{nameof(Endpoints)} names the region '{region.Key}' twice.");
        if (!Uri.TryCreate(Audience, UriKind.Absolute, out _)) errors.Add($"{nameof(Audience)} is '{Audience}'; it must be an absolute URL.");
        Check(nameof(RequestTimeout), RequestTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(30));
        Check(nameof(Patience), Patience, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        if (Patience < RequestTimeout) errors.Add($"{nameof(Patience)} is {Patience}, which is less than the {RequestTimeout} of {nameof(RequestTimeout)} that one region may take.");
        if (FailuresToBreak is < 2 or > 100) errors.Add($"{nameof(FailuresToBreak)} is {FailuresToBreak}; allowed are 2 to 100.");
        Check(nameof(BreakDuration), BreakDuration, TimeSpan.FromMilliseconds(500), TimeSpan.FromMinutes(10));
        if (errors.Count > 0) throw new OptionsValidationException(nameof(CluRecognizerOptions), typeof(CluRecognizerOptions), errors.Select(error => "ET7001: " + error));

        void Check(string name, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most) errors.Add($"{name} is {value}; allowed are {least} to {most}.");
        }
    }
}
