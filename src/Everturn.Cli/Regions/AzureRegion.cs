namespace Everturn.Cli.Regions;

/// <summary>The public Azure regions, by the names that Azure's own tools use. A local cluster borrows them as places.</summary>
internal static class AzureRegion
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "australiacentral", "australiacentral2", "australiaeast", "australiasoutheast", "austriaeast",
        "belgiumcentral", "brazilsouth", "brazilsoutheast",
        "canadacentral", "canadaeast", "centralindia", "centralus", "chilecentral",
        "denmarkeast", "eastasia", "eastus", "eastus2", "francecentral", "francesouth",
        "germanynorth", "germanywestcentral", "indonesiacentral", "israelcentral", "italynorth",
        "japaneast", "japanwest", "jioindiacentral", "jioindiawest", "koreacentral", "koreasouth",
        "malaysiawest", "mexicocentral", "newzealandnorth", "northcentralus", "northeurope", "norwayeast", "norwaywest",
        "polandcentral", "qatarcentral", "southafricanorth", "southafricawest", "southcentralus", "southeastasia",
        "southindia", "spaincentral", "swedencentral", "switzerlandnorth", "switzerlandwest",
        "uaecentral", "uaenorth", "uksouth", "ukwest", "westcentralus", "westeurope", "westindia", "westus", "westus2", "westus3",
    ];

    /// <summary>Reads a list such as <c>koreacentral,southeastasia</c>; display names (<c>Korea Central</c>) are understood.</summary>
    /// <exception cref="CliException">A name is unknown or stands there twice, or there is none.</exception>
    public static IReadOnlyList<string> ParseList(string list)
    {
        var regions = new List<string>();
        foreach (var part in list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
            if (!Names.Contains(name, StringComparer.Ordinal))
            {
                throw new CliException(
                    ErrorCodes.UnknownRegion,
                    $"unknown region '{part}'. Did you mean '{NearestName.Of(name, Names)}'? Regions are named as in Azure.",
                    ExitCodes.Usage);
            }

            if (regions.Contains(name, StringComparer.Ordinal))
            {
                throw new CliException(ErrorCodes.UnknownRegion, $"region '{name}' is named twice in --regions.", ExitCodes.Usage);
            }

            regions.Add(name);
        }

        return regions.Count > 0
            ? regions
            : throw new CliException(ErrorCodes.UnknownRegion, "--regions names no region. Example: --regions koreacentral,southeastasia", ExitCodes.Usage);
    }
}
