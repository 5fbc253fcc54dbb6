namespace Everturn.Docs.Tests;

internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The pages of docs/, as paths from the root.</summary>
    public static IEnumerable<string> Pages => Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Select(page => Path.GetRelativePath(Root, page)).Order(StringComparer.Ordinal);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Everturn.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run from within the repository.");
        }

        return folder;
    }
}
