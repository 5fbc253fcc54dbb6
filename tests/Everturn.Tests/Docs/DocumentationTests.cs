using System.Text.RegularExpressions;
using Everturn.Hosting;

namespace Everturn.Tests.Docs;

/// <summary>Keeps the documentation true to the code.</summary>
public sealed partial class DocumentationTests
{
    internal static readonly string Root = FindRoot();

    [Fact]
    public void Every_error_code_of_the_code_is_documented_and_no_other()
    {
        var used = Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(Root, "eng"), "*.targets"))
            .SelectMany(file => Code().Matches(File.ReadAllText(file)))
            .Select(match => match.Value).ToHashSet(StringComparer.Ordinal);
        var documented = Row().Matches(File.ReadAllText(Path.Combine(Root, "docs", "errors.md")))
            .Select(match => match.Groups["code"].Value).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(used.Except(documented));
        Assert.Empty(documented.Except(used));
    }

    [Fact]
    public void Every_option_of_a_node_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "hosting.md"));

        Assert.All(
            typeof(EverturnOptions).GetProperties(),
            option => Assert.Contains($"| `{option.Name}` |", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_relative_link_leads_somewhere()
    {
        var broken = from page in Pages()
                     from link in Link().Matches(File.ReadAllText(page))
                     let target = link.Groups["target"].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains(':', StringComparison.Ordinal)
                     where !Path.Exists(Path.Combine(Path.GetDirectoryName(page)!, target))
                     select $"{Path.GetRelativePath(Root, page)}: {target}";

        Assert.Empty(broken);
    }

    [Fact]
    public void Every_file_that_readers_look_for_is_there()
    {
        Assert.All(
            ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "SECURITY.md", "docs/turn.md", "docs/stores.md", "everturn", "everturn.cmd", "test", ".ci/run"],
            file => Assert.True(File.Exists(Path.Combine(Root, file)), file));
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Root, "*.md").Concat(Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Everturn.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from within the repository.");
        }

        return folder;
    }

    [GeneratedRegex("ET[0-9]{4}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Code();

    [GeneratedRegex(@"^\| (?<code>ET[0-9]{4}) \|", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();
}
