using System.Globalization;
using System.Text;
using Everturn.Language;

namespace GeoBot;

/// <summary>Puts a recognizer's result into words.</summary>
internal static class Understanding
{
    public static string Describe(RecognizerResult result)
    {
        var words = new StringBuilder();
        words.Append(result.TopIntent == RecognizerResult.NoIntent
            ? "I did not understand what you want"
            : $"I understood {result.TopIntent}");
        if (result.Intents.Count > 0) words.Append(CultureInfo.InvariantCulture, $" (score {result.TopScore:0.00})");
        words.Append('.');
        foreach (var entity in result.Entities)
        {
            words.Append(CultureInfo.InvariantCulture, $"\n- {entity.Category}: \"{entity.Text}\"");
            if (entity.Resolution is not null) words.Append(CultureInfo.InvariantCulture, $", which is {entity.Resolution}");
        }

        words.Append(CultureInfo.InvariantCulture, $"\n\nRecognized by {result.Recognizer}");
        if (result.Region is not null) words.Append(CultureInfo.InvariantCulture, $" in {result.Region}");
        return words.Append('.').ToString();
    }
}
