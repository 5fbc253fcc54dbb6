namespace Everturn.Cli.Bots;

/// <summary>Everturn's own sources, when this tool was built in them.</summary>
internal static class Sources
{
    /// <summary>Their root; null when the tool was installed.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The configuration that this tool was built in, as the name of a folder.</summary>
    public static string Configuration { get; } = new DirectoryInfo(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)).Name;

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Everturn.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
