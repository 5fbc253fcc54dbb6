using Everturn.Cli.Regions;

namespace Everturn.Cli.Tests.Regions;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("eastsu", "eastus", 1)]
    public void Distance_counts_edits_and_swaps(string a, string b, int expected)
    {
        Assert.Equal(expected, NearestName.Distance(a, b));
        Assert.Equal(expected, NearestName.Distance(b, a));
    }

    [Theory]
    [InlineData("koreacentrl", "koreacentral")]
    [InlineData("westeurpoe", "westeurope")]
    public void Nearest_region_is_one_of_those_meant(string typed, string meant) =>
        Assert.Equal(meant, NearestName.Of(typed, AzureRegion.Names));

    [Fact]
    public void Region_names_are_unique_and_lower_case()
    {
        Assert.Equal(AzureRegion.Names.Count, AzureRegion.Names.Distinct(StringComparer.Ordinal).Count());
        Assert.All(AzureRegion.Names, name => Assert.Matches("^[a-z]+[0-9]?$", name));
    }
}
