using System.Globalization;
using Everturn.Gateway.Topology;
using Microsoft.Extensions.Options;

namespace Everturn.Gateway;

/// <summary>Gathers every error of the options, so that one start shows them all.</summary>
internal sealed class GatewayOptionsValidator : IValidateOptions<GatewayOptions>
{
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var errors = new List<string>();
        Regions(options, errors);

        Range(errors, nameof(options.ProbeInterval), options.ProbeInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        Range(errors, nameof(options.ProbeTimeout), options.ProbeTimeout, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(30));
        Range(errors, nameof(options.LatencyTolerance), options.LatencyTolerance, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Range(errors, nameof(options.RegionSettleTime), options.RegionSettleTime, TimeSpan.Zero, TimeSpan.FromHours(1));
        Range(errors, nameof(options.HoldTime), options.HoldTime, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Range(errors, nameof(options.MaxHeldRequests), options.MaxHeldRequests, 0, 100_000);
        Range(errors, nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Range(errors, nameof(options.MaxActivityBytes), options.MaxActivityBytes, 1024, 4 * 1024 * 1024);
        Range(errors, nameof(options.MaxUploadBytes), options.MaxUploadBytes, 1024, 64 * 1024 * 1024);
        Range(errors, nameof(options.MaxBufferedBytes), options.MaxBufferedBytes, 1024 * 1024, int.MaxValue);
        Range(errors, nameof(options.MaxStreams), options.MaxStreams, 0, 1_000_000);
        Range(errors, nameof(options.StreamReconnectTime), options.StreamReconnectTime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Range(errors, nameof(options.MaxFrameBytes), options.MaxFrameBytes, 64 * 1024, 256 * 1024 * 1024);

        foreach (var origin in options.AllowedOrigins)
        {
            if (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.GetLeftPart(UriPartial.Authority) != origin)
            {
                errors.Add($"ET5010: {nameof(options.AllowedOrigins)} has '{origin}'; give an origin alone, such as https://example.org.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static void Regions(GatewayOptions options, List<string> errors)
    {
        var regions = new HashSet<string>(StringComparer.Ordinal);
        var nodes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var region in options.Regions)
        {
            if (!NodeAddress.IsName(region.Name))
            {
                errors.Add($"ET5010: Regions has a region named '{region.Name}'; {NodeAddress.NameRule}");
            }
            else if (!regions.Add(region.Name))
            {
                errors.Add($"ET5010: Regions has '{region.Name}' twice; give each region once.");
            }

            foreach (var node in region.Nodes)
            {
                if (!NodeAddress.IsName(node.Name))
                {
                    errors.Add($"ET5010: Region '{region.Name}' has a node named '{node.Name}'; {NodeAddress.NameRule}");
                }
                else if (!nodes.Add(node.Name))
                {
                    errors.Add($"ET5010: Node '{node.Name}' is named twice; a node's name is unique among all regions.");
                }

                if (!NodeAddress.TryParse(node.Url, out _))
                {
                    errors.Add($"ET5010: Node '{node.Name}' has the URL '{node.Url}'; {NodeAddress.UrlRule}");
                }
            }
        }
    }

    private static void Range<T>(List<string> errors, string option, T value, T least, T most) where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            errors.Add(string.Create(CultureInfo.InvariantCulture, $"ET5010: {option} is {value}; give a value from {least} to {most}."));
        }
    }
}
