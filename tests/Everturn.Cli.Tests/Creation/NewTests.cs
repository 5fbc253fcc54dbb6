using System.Text.Json;
using System.Text.RegularExpressions;
using Everturn.Cli.Tests.Running;

namespace Everturn.Cli.Tests.Creation;

/// <summary>A new bot, made, built, tested and talked to as the first page of the documentation says.</summary>
public sealed partial class NewTests
{
    private static string Configuration { get; } = new DirectoryInfo(Path.GetDirectoryName(Tool.Assembly)!).Name == "debug" ? "Debug" : "Release";

    [Fact]
    public async Task Bot_is_made_and_grows_into_that_of_the_first_page()
    {
        using var folder = new TemporaryDirectory();
        var bot = Path.Combine(folder.Path, "CoffeeBot");

        var made = await Dotnet.RunAsync(folder.Path, Tool.Assembly, "new", "CoffeeBot");
        Assert.Contains("dotnet test", made, StringComparison.Ordinal);
        await Dotnet.RunAsync(bot, "test");

        File.Delete(Path.Combine(bot, "src", "CoffeeBot", "Greeting.cs"));
        File.Delete(Path.Combine(bot, "tests", "CoffeeBot.Tests", "GreetingTests.cs"));
        var files = Files(await File.ReadAllTextAsync(Path.Combine(Tool.Root, "docs", "first-bot.md"), TestContext.Current.CancellationToken));
        Assert.Equal(5, files.Count);
        foreach (var (name, code) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(bot, name), code, TestContext.Current.CancellationToken);
        }

        var tested = await Dotnet.RunAsync(bot, "test");
        Assert.Contains("Passed:     2", tested, StringComparison.Ordinal);

        Assert.Equal(["What would you like?", "How many cups?", "2 x tea: shall I order?"], (await ChatAsync(bot, "hello", "tea", "2")).Where(line => line.EndsWith('?')));
    }

    [Fact]
    public async Task Template_that_was_installed_by_hand_makes_one_for_any_feed()
    {
        using var folder = new TemporaryDirectory();
        var hive = Path.Combine(folder.Path, "hive");
        var packed = await Dotnet.RunAsync(
            folder.Path, "pack", Path.Combine(Tool.Root, "templates", "Everturn.Templates.csproj"), "-c", Configuration, "-nologo", "-v", "quiet", "-getProperty:PackedTemplate");
        await Dotnet.RunAsync(folder.Path, "new", "install", packed.Trim(), "--debug:custom-hive", hive);

        await Dotnet.RunAsync(
            folder.Path, "new", "everturn-bot", "--name", "shop-bot", "--everturnVersion", "1.2.3", "--feed", "", "--debug:custom-hive", hive);

        var bot = Path.Combine(folder.Path, "shop-bot");
        Assert.False(File.Exists(Path.Combine(bot, "nuget.config")));
        Assert.Contains("<EverturnVersion>1.2.3<", await File.ReadAllTextAsync(Path.Combine(bot, "Directory.Packages.props"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("namespace shop_bot;", await File.ReadAllTextAsync(Path.Combine(bot, "src", "shop-bot", "Bot.cs"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Folder_that_holds_something_is_left_alone()
    {
        using var folder = new TemporaryDirectory();
        var file = Path.Combine(folder.Path, "mine.txt");
        await File.WriteAllTextAsync(file, "mine", TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await Tool.RunAsync(["new", "CoffeeBot", "--output", folder.Path]);

        Assert.Equal(ExitCodes.Usage, exitCode);
        Assert.StartsWith("everturn: ET6041: ", error, StringComparison.Ordinal);
        Assert.Equal([file], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    // What stands in backticks last before a piece of code is the file it goes to.
    private static Dictionary<string, string> Files(string page) => Snippet().Matches(page)
        .ToDictionary(match => match.Groups["file"].Value, match => match.Groups["code"].Value, StringComparer.Ordinal);

    private static async Task<string[]> ChatAsync(string bot, params string[] words)
    {
        var announcement = Path.Combine(bot, "announcement.json");
        using var node = Dotnet.Start(
            Path.Combine(bot, "src", "CoffeeBot"),
            ["run", "--no-launch-profile", "--urls", "http://127.0.0.1:0"],
            new Dictionary<string, string>(StringComparer.Ordinal) { ["Everturn__Announce"] = announcement });
        try
        {
            _ = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            _ = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await Eventually.IsTrueAsync(() => File.Exists(announcement), TimeSpan.FromMinutes(2), () => "the node does not listen");
            using var announced = JsonDocument.Parse(await File.ReadAllTextAsync(announcement, TestContext.Current.CancellationToken));
            var (_, output, error) = await Tool.RunAsync(
                ["chat", "--url", announced.RootElement.GetProperty("url").GetString()!], string.Concat(words.Select(word => word + "\n")));
            Assert.Equal("", error);
            return output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            node.Kill(entireProcessTree: true);
            await node.WaitForExitAsync(CancellationToken.None);
        }
    }

    [GeneratedRegex("`(?<file>(src|tests)/[^`]+\\.cs)`[^`]*```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();
}
