using System.Text.RegularExpressions;
using Everturn.Language.Projects;

namespace Everturn.Language.Local;

/// <summary>Finds what an entity's regular expressions match. One that takes too long finds nothing.</summary>
internal static class RegexComponent
{
    public static IEnumerable<Find> FindIn(string text, IReadOnlyList<ProjectRegex> expressions)
    {
        var finds = new List<Find>();
        foreach (var (key, _, expression) in expressions)
        {
            try
            {
                foreach (Match match in expression.Matches(text))
                {
                    if (match.Length > 0) finds.Add(new("regex", match.Index, match.Length, 1, key));
                }
            }
            catch (RegexMatchTimeoutException)
            {
            }
        }

        return finds;
    }
}
