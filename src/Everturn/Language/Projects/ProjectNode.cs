using System.Text.Json;

namespace Everturn.Language.Projects;

/// <summary>A value of the file that knows its place. What is missing or of another kind is a fault, and reading goes on with a stand-in.</summary>
internal readonly struct ProjectNode(JsonElement value, string path, ProjectFaults faults)
{
    public string Path { get; } = path;

    /// <summary>A member that must be an object.</summary>
    public ProjectNode Object(string name)
    {
        var member = Member(name);
        if (member.Kind != JsonValueKind.Object) member.Fault("must be an object");
        return member;
    }

    /// <summary>A member that must be a text of 1 to <paramref name="longest"/> characters.</summary>
    public string Text(string name, int longest)
    {
        var member = Member(name);
        var text = member.String;
        if (text.Length == 0 || text.Length > longest || string.IsNullOrWhiteSpace(text))
        {
            member.Fault($"must be a text of 1 to {longest} characters, not blank");
        }

        return text;
    }

    /// <summary>As <see cref="Text"/>; the default when the member is missing, null or empty.</summary>
    public string TextOr(string name, int longest, string fallback)
    {
        var member = Member(name);
        var isMissing = member.Kind is JsonValueKind.Undefined or JsonValueKind.Null || (member.Kind == JsonValueKind.String && member.String.Length == 0);
        return isMissing ? fallback : Text(name, longest);
    }

    /// <summary>A member that must be a whole number from 0.</summary>
    public int Count(string name)
    {
        var member = Member(name);
        var number = -1;
        var isCount = member.Kind == JsonValueKind.Number && member.Value.TryGetInt32(out number) && number >= 0;
        if (!isCount) member.Fault("must be a whole number, 0 or more");
        return isCount ? number : 0;
    }

    /// <summary>A member that may be a number from 0 to 1; 0 when it is missing or null.</summary>
    public double Share(string name)
    {
        var member = Member(name);
        if (member.Kind is JsonValueKind.Undefined or JsonValueKind.Null) return 0;
        var number = double.NaN;
        var isShare = member.Kind == JsonValueKind.Number && member.Value.TryGetDouble(out number) && number is >= 0 and <= 1;
        if (!isShare) member.Fault("must be a number from 0 to 1");
        return isShare ? number : 0;
    }

    /// <summary>A member that may be true or false; false when it is missing or null.</summary>
    public bool Flag(string name)
    {
        var member = Member(name);
        if (member.Kind is not (JsonValueKind.Undefined or JsonValueKind.Null or JsonValueKind.True or JsonValueKind.False)) member.Fault("must be true or false");
        return member.Kind == JsonValueKind.True;
    }

    /// <summary>The items of a member that may be an array; none when it is missing or null.</summary>
    public IEnumerable<ProjectNode> Items(string name, int most)
    {
        var member = Member(name);
        if (member.Kind is JsonValueKind.Undefined or JsonValueKind.Null) return [];
        if (member.Kind != JsonValueKind.Array)
        {
            member.Fault("must be an array");
            return [];
        }

        if (member.Value.GetArrayLength() > most) member.Fault($"has {member.Value.GetArrayLength()} items; at most {most} are allowed");
        var gathered = Faults;
        return member.Value.EnumerateArray().Take(most).Select((item, index) => new ProjectNode(item, $"{member.Path}[{index}]", gathered));
    }

    /// <summary>This value, which must be a text.</summary>
    public string AsText(int longest)
    {
        var text = String;
        if (text.Length == 0 || text.Length > longest) Fault($"must be a text of 1 to {longest} characters");
        return text;
    }

    /// <summary>A member, whatever it is.</summary>
    public ProjectNode Member(string name) => new(
        Kind == JsonValueKind.Object && Value.TryGetProperty(name, out var member) ? member : default, $"{Path}.{name}", Faults);

    /// <summary>Whether there is a value other than null.</summary>
    public bool Exists => Kind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    public void Fault(string fault) => Faults.Add(Path, fault);

    private JsonElement Value { get; } = value;

    private ProjectFaults Faults { get; } = faults;

    private JsonValueKind Kind => Value.ValueKind;

    // Empty when it is no text, or holds half a surrogate pair.
    private string String
    {
        get
        {
            try
            {
                return Kind == JsonValueKind.String ? Value.GetString()! : "";
            }
            catch (InvalidOperationException)
            {
                return "";
            }
        }
    }
}
