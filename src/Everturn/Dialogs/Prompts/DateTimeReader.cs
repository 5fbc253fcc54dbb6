using System.Globalization;
using System.Text.RegularExpressions;

namespace Everturn.Dialogs.Prompts;

/// <summary>Reads dates and times of day as ISO 8601 and a culture write them.</summary>
internal static partial class DateTimeReader
{
    private static readonly string[] IsoDates = ["yyyy-MM-dd"];
    private static readonly string[] Times = ["H:mm", "H:mm:ss"];
    private static readonly string[] HalfDayTimes = ["h tt", "htt", "h:mm tt", "h:mmtt"];
    private static readonly string[] IsoMoments = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF"];

    // By language: yesterday, today, tomorrow.
    private static readonly Dictionary<string, string[]> RelativeDays = new(StringComparer.OrdinalIgnoreCase)
    {
        ["de"] = ["gestern", "heute", "morgen"],
        ["en"] = ["yesterday", "today", "tomorrow"],
        ["es"] = ["ayer", "hoy", "mañana"],
        ["fr"] = ["hier", "aujourd'hui", "demain"],
        ["it"] = ["ieri", "oggi", "domani"],
        ["nl"] = ["gisteren", "vandaag", "morgen"],
        ["pt"] = ["ontem", "hoje", "amanhã"],
    };

    /// <summary>What the text names; null when it is neither date nor time.</summary>
    public static DateTimeResolution? Read(string text, CultureInfo culture, DateOnly today)
    {
        var plain = Words.Simplify(text);
        var format = Simplify(culture.DateTimeFormat);
        if (ReadIso(plain) is { } moment)
        {
            return moment;
        }

        if (ReadDate(plain, culture, format, today) is { } date)
        {
            return new(date, null);
        }

        if (ReadTime(plain, format) is { } time)
        {
            return new(null, time);
        }

        // A date and a time with a space between them; either may hold spaces itself.
        for (var space = plain.IndexOf(' ', StringComparison.Ordinal); space > 0; space = plain.IndexOf(' ', space + 1))
        {
            var (left, right) = (plain[..space].TrimEnd(','), plain[(space + 1)..]);
            if (ReadDate(left, culture, format, today) is { } day && ReadTime(right, format) is { } hour)
            {
                return new(day, hour);
            }
        }

        return null;
    }

    private static DateTimeResolution? ReadIso(string text)
    {
        if (DateTime.TryParseExact(text, IsoMoments, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
        {
            return new(DateOnly.FromDateTime(local), TimeOnly.FromDateTime(local));
        }

        var withOffset = Array.ConvertAll(IsoMoments, form => form + "K");
        return DateTimeOffset.TryParseExact(text, withOffset, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? new(DateOnly.FromDateTime(moment.DateTime), TimeOnly.FromDateTime(moment.DateTime), moment.Offset)
            : null;
    }

    private static DateOnly? ReadDate(string text, CultureInfo culture, DateTimeFormatInfo format, DateOnly today)
    {
        if (DateOnly.TryParseExact(text, IsoDates, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            return date;
        }

        var forms = format.GetAllDateTimePatterns('d').Concat(format.GetAllDateTimePatterns('D'))
            .Select(Words.Simplify).SelectMany(form => (string[])[form, Leading().Replace(form, "${one}")])
            .Where(form => form.Contains('y', StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).ToArray();
        if (DateOnly.TryParseExact(text, forms, format, DateTimeStyles.None, out date))
        {
            return date;
        }

        var relative = RelativeDays.GetValueOrDefault(culture.TwoLetterISOLanguageName, []);
        var word = Array.FindIndex(relative, IsAlike);
        if (word >= 0)
        {
            return today.AddDays(word - 1);
        }

        var weekday = Array.FindIndex(format.DayNames, IsAlike);
        return weekday >= 0 ? today.AddDays(((weekday - (int)today.DayOfWeek + 6) % 7) + 1) : null;

        bool IsAlike(string other) => Words.AreAlike(text, other, culture);
    }

    private static TimeOnly? ReadTime(string text, DateTimeFormatInfo format)
    {
        string[] forms = [.. Times, .. format.GetAllDateTimePatterns('t').Concat(format.GetAllDateTimePatterns('T')).Select(Words.Simplify)];
        if (TimeOnly.TryParseExact(text, forms, format, DateTimeStyles.None, out var time))
        {
            return time;
        }

        if (format.AMDesignator.Length == 0)
        {
            return null;
        }

        var (am, pm) = (WithoutDots(format.AMDesignator), WithoutDots(format.PMDesignator));
        return TimeOnly.TryParseExact(WithoutDots(text), HalfDayTimes, new DateTimeFormatInfo { AMDesignator = am, PMDesignator = pm }, DateTimeStyles.None, out time)
            ? time
            : null;
    }

    // The halves of the day are written "p.m." and "p. m." as well.
    private static string WithoutDots(string text) => DotOfLetter().Replace(text, "");

    // The culture's words in the shapes to which the user's text was brought.
    private static DateTimeFormatInfo Simplify(DateTimeFormatInfo format)
    {
        var plain = (DateTimeFormatInfo)format.Clone();
        plain.DayNames = Array.ConvertAll(format.DayNames, Words.Simplify);
        plain.AbbreviatedDayNames = Array.ConvertAll(format.AbbreviatedDayNames, Words.Simplify);
        plain.MonthNames = Array.ConvertAll(format.MonthNames, Words.Simplify);
        plain.MonthGenitiveNames = Array.ConvertAll(format.MonthGenitiveNames, Words.Simplify);
        plain.AbbreviatedMonthNames = Array.ConvertAll(format.AbbreviatedMonthNames, Words.Simplify);
        plain.AbbreviatedMonthGenitiveNames = Array.ConvertAll(format.AbbreviatedMonthGenitiveNames, Words.Simplify);
        plain.AMDesignator = Words.Simplify(format.AMDesignator);
        plain.PMDesignator = Words.Simplify(format.PMDesignator);
        plain.DateSeparator = Words.Simplify(format.DateSeparator);
        plain.TimeSeparator = Words.Simplify(format.TimeSeparator);
        return plain;
    }

    [GeneratedRegex("(?<=\\p{L}) ?\\. ?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex DotOfLetter();

    // A day or a month of two digits may be written with one.
    [GeneratedRegex("(?<![dM])(?<one>[dM])\\k<one>(?!\\k<one>)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Leading();
}
