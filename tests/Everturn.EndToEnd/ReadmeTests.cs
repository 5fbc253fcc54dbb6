using System.Text.RegularExpressions;

namespace Everturn.EndToEnd;

/// <summary>The bot of the README, taken out of it, built outside the repository and run on a cluster.</summary>
public sealed partial class ReadmeTests
{
    [Fact]
    public async Task Bot_of_the_readme_builds_and_runs_on_a_cluster()
    {
        var root = Cluster.RepositoryRoot();
        var program = Snippet().Match(await File.ReadAllTextAsync(Path.Combine(root, "README.md"), TestContext.Current.CancellationToken)).Groups["code"].Value;
        var folder = Directory.CreateTempSubdirectory("everturn-readme-").FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), program, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder, "ReadmeBot.csproj"), Project(root), TestContext.Current.CancellationToken);
            await using var cluster = await Cluster.StartAsync(new ClusterOptions { Bot = folder, Arguments = ["--nodes", "1"] });
            using var client = new DirectLineClient();
            await client.StartAsync(cluster.Url);

            await client.PostAsync([cluster.Url], 0, "1", "ham");
            await client.PostAsync([cluster.Url], 0, "2", "cheese");

            string[] texts = [];
            for (var patience = 0; texts.Length < 4 && patience < 200; patience++)
            {
                texts = [.. (await client.ActivitiesAsync(cluster.Url)).Select(activity => activity.GetProperty("text").GetString()!)];
            }

            Assert.Equal(["ham", "pizza with ham", "cheese", "pizza with ham and cheese"], texts);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Project(string root) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk.Web">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
          </PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="{root}/src/Everturn.AspNetCore/Everturn.AspNetCore.csproj" />
            <ProjectReference Include="{root}/src/Everturn.DirectLine/Everturn.DirectLine.csproj" />
            <ProjectReference Include="{root}/src/Everturn.Storage.Sqlite/Everturn.Storage.Sqlite.csproj" />
          </ItemGroup>
        </Project>
        """;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();
}
