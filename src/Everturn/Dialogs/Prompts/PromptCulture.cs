using System.Globalization;

namespace Everturn.Dialogs.Prompts;

/// <summary>In which culture an answer is read.</summary>
internal static class PromptCulture
{
    private const string Fallback = "en-US";

    /// <summary>The first of them that is a culture; English (United States) when none is.</summary>
    public static CultureInfo Of(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (Find(name) is { } culture)
            {
                return culture;
            }
        }

        // Without ICU (InvariantGlobalization) there is no other than the invariant one.
        return Find(Fallback) ?? CultureInfo.InvariantCulture;
    }

    private static CultureInfo? Find(string? name)
    {
        try
        {
            return string.IsNullOrWhiteSpace(name) ? null : CultureInfo.GetCultureInfo(name, predefinedOnly: true);
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
