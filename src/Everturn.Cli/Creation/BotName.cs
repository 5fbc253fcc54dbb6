using System.Text.RegularExpressions;

namespace Everturn.Cli.Creation;

/// <summary>The name of a new bot: of its folder, its projects and, where C# allows it, its namespace.</summary>
internal static partial class BotName
{
    /// <exception cref="CliException">That is no such name.</exception>
    public static string Read(string name) => Shape().IsMatch(name)
        ? name
        : throw new CliException(
            ErrorCodes.BadBotName,
            $"'{name}' is no name for a bot: 1 to 64 letters, digits, '_', '-' and '.', with a letter first and no '.' last.",
            ExitCodes.Usage);

    [GeneratedRegex(@"\A[A-Za-z]([A-Za-z0-9_.-]{0,62}[A-Za-z0-9_-])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Shape();
}
