namespace Everturn.Dialogs.Prompts;

/// <summary>What the user has chosen.</summary>
/// <param name="Value">The choice's value.</param>
/// <param name="Index">Its place among the choices, from 0.</param>
/// <param name="Synonym">The user's words by which it was recognised: its value, a synonym, or its number.</param>
public sealed record FoundChoice(string Value, int Index, string Synonym);
