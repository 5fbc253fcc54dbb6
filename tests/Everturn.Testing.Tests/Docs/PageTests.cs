using System.Text.RegularExpressions;

namespace Everturn.Testing.Tests.Docs;

/// <summary>What the pages show is compiled, and runs.</summary>
public sealed partial class PageTests
{
    [Theory]
    [InlineData("testing.md")]
    [InlineData("rerunnable.md")]
    public void Every_snippet_of_the_page_is_in_code_that_is_tested(string page)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Everturn.slnx")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The tests run from within the repository.");
        }

        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(root, "tests", "Everturn.Testing.Tests", "Docs"), "*.cs").Select(file => Lines(File.ReadAllText(file))));
        var snippets = Snippet().Matches(File.ReadAllText(Path.Combine(root, "docs", page))).Select(match => Lines(match.Groups["code"].Value)).ToArray();

        Assert.NotEmpty(snippets);
        Assert.All(snippets, snippet => Assert.Contains(snippet, code, StringComparison.Ordinal));

        static string Lines(string text) => string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Snippet();
}
