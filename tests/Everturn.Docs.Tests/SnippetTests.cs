using System.Text.RegularExpressions;

namespace Everturn.Docs.Tests;

/// <summary>Code that a page shows is code that is compiled.</summary>
public sealed partial class SnippetTests
{
    private static readonly string Root = FindRoot();

    public static TheoryData<string> Pages => [.. Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(page => Path.GetRelativePath(Root, page)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_snippet_stands_in_code_that_is_compiled(string page)
    {
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(Root, page))).Select(match => Lines(match.Groups["code"].Value));

        Assert.All(snippets, snippet => Assert.True(
            Compiled.Value.Any(code => code.Contains(snippet, StringComparison.Ordinal)), $"Nowhere in tests, samples or templates stands:\n{snippet}"));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Code_is_marked_as_such(string page)
    {
        var prose = Fence().Replace(File.ReadAllText(Path.Combine(Root, page)), "");

        Assert.DoesNotMatch(UnmarkedStatement(), prose);
    }

    private static readonly Lazy<string[]> Compiled = new(() =>
        [.. new[] { "tests", "samples", "templates" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Select(file => Lines(File.ReadAllText(file)))]);

    private static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Everturn.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from within the repository.");
        }

        return folder;
    }

    [GeneratedRegex("```csharp\r?\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fence();

    [GeneratedRegex("^ {4}.*;\r?$", RegexOptions.Multiline | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UnmarkedStatement();
}
