namespace AgentBot.Tests;

/// <summary>A folder of the fake agency, for one test.</summary>
internal sealed class AgencyFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("everturn-agency-").FullName;

    /// <summary>Each call by its name and key, in no order; a repetition appears again.</summary>
    public IReadOnlyList<string> Calls =>
        [.. Directory.EnumerateFiles(System.IO.Path.Combine(Path, "calls"), "*-*").Select(file => System.IO.Path.GetFileName(file)).Select(name => name[..name.LastIndexOf('-')])];

    public int Reservations => Directory.EnumerateFiles(System.IO.Path.Combine(Path, "reservations"), "R*").Count();

    public int Payments => Directory.EnumerateFiles(System.IO.Path.Combine(Path, "payments"), "R*").Count();

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
