using System.Globalization;
using System.Numerics;
using System.Text.Json;
using Everturn.Dialogs.Prompts;

namespace Everturn.Tests.Dialogs;

public sealed class NumberReaderTests
{
    [Theory]
    [InlineData("en-US", "42", "42")]
    [InlineData("en-US", " 1,234.5 ", "1234.5")]
    [InlineData("en-US", "1,234,567", "1234567")]
    [InlineData("en-US", "-.5", "-0.5")]
    [InlineData("en-US", "\u22125", "-5")]
    [InlineData("en-US", "+7", "7")]
    [InlineData("en-US", "42.", "42")]
    [InlineData("de-DE", "1.234,5", "1234.5")]
    [InlineData("de-DE", "3,14", "3.14")]
    [InlineData("de-CH", "1'234.5", "1234.5")]
    [InlineData("de-CH", "1’234.5", "1234.5")]
    [InlineData("fr-FR", "1 234,5", "1234.5")]
    [InlineData("fr-FR", "1\u00a0234,5", "1234.5")]
    [InlineData("hi-IN", "12,34,567", "1234567")]
    [InlineData("ja-JP", "４２", "42")]
    [InlineData("ar-EG", "٤٢", "42")]
    [InlineData("sv-SE", "-1,5", "-1.5")]
    public void Number_is_read_as_the_culture_writes_it(string culture, string text, string expected)
    {
        Assert.True(NumberReader.TryRead<decimal>(text, CultureInfo.GetCultureInfo(culture).NumberFormat, out var number));
        Assert.Equal(decimal.Parse(expected, CultureInfo.InvariantCulture), number);
    }

    [Theory]
    [InlineData("en-US", "1,5")]
    [InlineData("en-US", "1,2345")]
    [InlineData("en-US", ",123")]
    [InlineData("en-US", "1.2.3")]
    [InlineData("en-US", "1e3")]
    [InlineData("en-US", "0x1F")]
    [InlineData("en-US", "--1")]
    [InlineData("en-US", "1 2")]
    [InlineData("en-US", "")]
    [InlineData("en-US", ".")]
    [InlineData("en-US", "-")]
    [InlineData("en-US", "forty-two")]
    [InlineData("en-US", "42 pizzas")]
    [InlineData("en-US", "NaN")]
    [InlineData("en-US", "∞")]
    [InlineData("de-DE", "1,234.5")]
    [InlineData("de-DE", "1.5")]
    [InlineData("en-US", null)]
    public void What_the_culture_does_not_write_so_is_no_number(string culture, string? text) =>
        Assert.False(NumberReader.TryRead<double>(text, CultureInfo.GetCultureInfo(culture).NumberFormat, out _));

    [Theory]
    [InlineData("2147483647", true)]
    [InlineData("2147483648", false)]
    [InlineData("-2147483648", true)]
    [InlineData("-2147483649", false)]
    [InlineData("3.5", false)]
    [InlineData("1.000", false)]
    public void Whole_numbers_have_bounds_and_no_fractions(string text, bool expected) =>
        Assert.Equal(expected, NumberReader.TryRead<int>(text, CultureInfo.GetCultureInfo("en-US").NumberFormat, out _));

    [Fact]
    public void Culture_reads_the_numbers_that_it_writes()
    {
        string[] names = ["bg-BG", "cs-CZ", "de-AT", "de-CH", "en-IN", "es-ES", "fi-FI", "fr-CH", "fr-FR", "he-IL", "hi-IN", "it-IT", "nl-NL", "pl-PL", "pt-PT", "ru-RU", "sv-SE", "th-TH", "tr-TR"];
        decimal[] numbers = [0, 1, -1, 0.5m, -12.25m, 999, 1000, -1000.01m, 123456.78m, 98765432101.25m];
        var unread = from name in names
                     let culture = CultureInfo.GetCultureInfo(name)
                     from number in numbers
                     from form in (string[])["N2", "F2", "G29"]
                     let text = number.ToString(form, culture)
                     where !NumberReader.TryRead<decimal>(text, culture.NumberFormat, out var read) || read != number
                     select $"{name}: {text}";

        Assert.Empty(unread);
    }

    [Theory]
    [InlineData("1.234", "1.234")]
    [InlineData("-2.50", "-2.50")]
    [InlineData("1e3", "1000")]
    [InlineData("0e999999999", "0")]
    public void Json_number_is_read_as_json_writes_it(string json, string expected)
    {
        Assert.True(NumberReader.TryRead<decimal>(JsonElement.Parse(json), out var number));
        Assert.Equal(expected, number.ToString(CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1e-3")]
    [InlineData("1e999999999")]
    [InlineData("1e-999999999")]
    public void Json_number_that_is_not_whole_or_too_large_is_no_whole_one(string json)
    {
        Assert.False(NumberReader.TryRead<int>(JsonElement.Parse(json), out _));
        Assert.False(NumberReader.TryRead<BigInteger>(JsonElement.Parse(json), out _));
    }

    [Fact]
    public void Number_beyond_a_double_is_none() =>
        Assert.False(NumberReader.TryRead<double>(new string('9', 400), CultureInfo.InvariantCulture.NumberFormat, out _));
}
