namespace Everturn.Cli.Bots;

/// <summary>A bot that is built and can be started.</summary>
/// <param name="Name">The bot's name, the first segment of its keys in the store.</param>
/// <param name="Assembly">The dll that <c>dotnet</c> runs.</param>
/// <param name="Directory">Where it runs: the project's folder, so that its appsettings.json is found as with <c>dotnet run</c>.</param>
internal sealed record BotProgram(string Name, string Assembly, string Directory);
