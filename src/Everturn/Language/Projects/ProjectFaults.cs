namespace Everturn.Language.Projects;

/// <summary>Gathers what is wrong with a project file, each with its place, so that one reading shows all of it.</summary>
internal sealed class ProjectFaults(string source)
{
    private const int MostShown = 20;

    private readonly List<string> _faults = [];

    public void Add(string path, string fault) => _faults.Add($"{path}: {fault}");

    public void ThrowIfAny()
    {
        if (_faults.Count == 0) return;
        var shown = string.Join(Environment.NewLine, _faults.Take(MostShown).Select(fault => "  " + fault));
        var more = _faults.Count > MostShown ? $"{Environment.NewLine}  and {_faults.Count - MostShown} more" : "";
        throw new LanguageProjectException(
            $"ET1121: the intents file '{source}' is not a CLU project that can be used:{Environment.NewLine}{shown}{more}");
    }
}
