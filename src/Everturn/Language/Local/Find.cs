namespace Everturn.Language.Local;

/// <summary>What one component of an entity has found.</summary>
/// <param name="Component">The component's name, as in the file.</param>
/// <param name="Offset">Where it begins in the text.</param>
/// <param name="Length">How long it is.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Resolution">What it stands for; null when nothing says.</param>
internal readonly record struct Find(string Component, int Offset, int Length, double Confidence, string? Resolution)
{
    public int End => Offset + Length;
}
