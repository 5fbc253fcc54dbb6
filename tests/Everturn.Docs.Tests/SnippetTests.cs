using System.Text.RegularExpressions;

namespace Everturn.Docs.Tests;

/// <summary>Code that a page shows is code that is compiled.</summary>
public sealed partial class SnippetTests
{
    /// <summary>All but the page that is followed from its first line to its last where `everturn new` is tested.</summary>
    public static TheoryData<string> Pages => [.. Repository.Pages.Where(page => Path.GetFileName(page) != "first-bot.md")];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_snippet_stands_in_code_that_is_compiled(string page)
    {
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))).Select(match => Lines(match.Groups["code"].Value));

        Assert.All(snippets, snippet => Assert.True(
            Compiled.Value.Any(code => code.Contains(snippet, StringComparison.Ordinal)), $"Nowhere in tests, samples or templates stands:\n{snippet}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_is_marked_as_such(string page)
    {
        var prose = Fence().Replace(File.ReadAllText(Path.Combine(Repository.Root, page)), "");

        Assert.DoesNotMatch(UnmarkedStatement(), prose);
    }

    private static readonly Lazy<string[]> Compiled = new(() =>
        [.. new[] { "tests", "samples", "templates" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Lines(File.ReadAllText(file)))]);

    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\r?\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("^ {4}.*;\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UnmarkedStatement();
}
