using System.Text.RegularExpressions;

namespace Everturn.Docs.Tests;

/// <summary>A link to a part of a page leads to a heading.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Pages => [.. Repository.Pages, "README.md"];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_part_that_a_page_links_to_has_a_heading(string page)
    {
        var path = Path.Combine(Repository.Root, page);
        var broken = from link in Link().Matches(File.ReadAllText(path))
                     let target = link.Groups["page"].Value is { Length: > 0 } other ? Path.Combine(Path.GetDirectoryName(path)!, other) : path
                     where !Headings(target).Contains(link.Groups["part"].Value)
                     select link.Value;

        Assert.Empty(broken);
    }

    // As GitHub names them: lower case, dashes for blanks, without punctuation.
    private static HashSet<string> Headings(string page) => Heading().Matches(File.ReadAllText(page))
        .Select(match => Punctuation().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\]\((?<page>[^)#:\s]*)#(?<part>[^)\s]+)\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Punctuation();
}
