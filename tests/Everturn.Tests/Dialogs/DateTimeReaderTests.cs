using System.Globalization;
using Everturn.Dialogs.Prompts;

namespace Everturn.Tests.Dialogs;

public sealed class DateTimeReaderTests
{
    // A Thursday.
    private static readonly DateOnly Today = new(2027, 3, 4);

    [Theory]
    [InlineData("en-US", "2027-12-24", "2027-12-24", null)]
    [InlineData("de-DE", "2027-12-24", "2027-12-24", null)]
    [InlineData("en-US", "12/24/2027", "2027-12-24", null)]
    [InlineData("en-US", "3/4/2027", "2027-03-04", null)]
    [InlineData("en-GB", "4/3/2027", "2027-03-04", null)]
    [InlineData("de-DE", "4.3.2027", "2027-03-04", null)]
    [InlineData("de-DE", "04.03.27", "2027-03-04", null)]
    [InlineData("de-DE", "4. März 2027", "2027-03-04", null)]
    [InlineData("fr-FR", "04/03/2027", "2027-03-04", null)]
    [InlineData("ja-JP", "2027/03/04", "2027-03-04", null)]
    [InlineData("en-US", "today", "2027-03-04", null)]
    [InlineData("en-US", "Tomorrow", "2027-03-05", null)]
    [InlineData("de-DE", "gestern", "2027-03-03", null)]
    [InlineData("es-ES", "manana", "2027-03-05", null)]
    [InlineData("en-US", "Friday", "2027-03-05", null)]
    [InlineData("en-US", "thursday", "2027-03-11", null)]
    [InlineData("fr-FR", "mercredi", "2027-03-10", null)]
    [InlineData("en-US", "15:30", null, "15:30")]
    [InlineData("en-US", "3:30 PM", null, "15:30")]
    [InlineData("en-US", "3pm", null, "15:00")]
    [InlineData("de-DE", "9:05", null, "09:05")]
    [InlineData("en-US", "2027-12-24T15:30", "2027-12-24", "15:30")]
    [InlineData("en-US", "2027-12-24 15:30", "2027-12-24", "15:30")]
    [InlineData("en-US", "tomorrow 3 pm", "2027-03-05", "15:00")]
    [InlineData("de-DE", "4. März 2027, 15:30", "2027-03-04", "15:30")]
    [InlineData("de-DE", "4.  März 2027", "2027-03-04", null)]
    [InlineData("ar-EG", "٤/٣/٢٠٢٧", "2027-03-04", null)]
    [InlineData("ar-EG", "4/3/2027", "2027-03-04", null)]
    [InlineData("en-US", "٢٠٢٧-٠٣-٠٤", "2027-03-04", null)]
    [InlineData("th-TH", "4/3/2570", "2027-03-04", null)]
    [InlineData("ru-RU", "4 марта 2027 г.", "2027-03-04", null)]
    [InlineData("fr-FR", "aujourd'hui", "2027-03-04", null)]
    [InlineData("fr-FR", "Aujourd’hui", "2027-03-04", null)]
    [InlineData("en-US", "3 p.m.", null, "15:00")]
    [InlineData("en-US", "3:05 P. M.", null, "15:05")]
    [InlineData("en-US", "tomorrow, 12 a.m.", "2027-03-05", "00:00")]
    [InlineData("es-MX", "3 p. m.", null, "15:00")]
    [InlineData("es-MX", "3 pm", null, "15:00")]
    [InlineData("ar-EG", "٣:٠٥ م", null, "15:05")]
    [InlineData("fi-FI", "15.30", null, "15:30")]
    [InlineData("bg-BG", "15:30 ч.", null, "15:30")]
    public void Moment_is_read_as_iso_and_the_culture_write_it(string culture, string text, string? date, string? time) => Assert.Equal(
        new DateTimeResolution(
            date is null ? null : DateOnly.Parse(date, CultureInfo.InvariantCulture), time is null ? null : TimeOnly.Parse(time, CultureInfo.InvariantCulture)),
        DateTimeReader.Read(text, CultureInfo.GetCultureInfo(culture), Today));

    [Fact]
    public void Offset_is_kept_when_it_is_named()
    {
        var moment = DateTimeReader.Read("2027-12-24T15:30:00+02:00", CultureInfo.GetCultureInfo("en-US"), Today)!;

        Assert.Equal(TimeSpan.FromHours(2), moment.Offset);
        Assert.Equal(new DateTime(2027, 12, 24, 15, 30, 0), moment.DateTime);
    }

    [Theory]
    [InlineData("en-US", "24/12/2027")]
    [InlineData("en-US", "2027-02-30")]
    [InlineData("en-US", "25:00")]
    [InlineData("en-US", "5")]
    [InlineData("en-US", "March 4")]
    [InlineData("en-US", "next week")]
    [InlineData("en-US", "heute")]
    [InlineData("de-DE", "3/4")]
    [InlineData("en-US", " ")]
    [InlineData("en-US", "in 3 days")]
    public void What_is_not_named_so_is_no_moment(string culture, string text) =>
        Assert.Null(DateTimeReader.Read(text, CultureInfo.GetCultureInfo(culture), Today));

    [Fact]
    public void Culture_reads_its_own_long_and_short_dates()
    {
        var date = new DateTime(2027, 11, 24);
        string[] names = ["bg-BG", "cs-CZ", "el-GR", "en-ZA", "fi-FI", "he-IL", "hi-IN", "hu-HU", "id-ID", "ja-JP", "ko-KR", "lt-LT", "pl-PL", "pt-BR", "ru-RU", "th-TH", "vi-VN", "zh-CN"];
        var unread = names.Select(CultureInfo.GetCultureInfo)
            .Where(culture => DateTimeReader.Read(date.ToString("d", culture), culture, Today)?.Date != DateOnly.FromDateTime(date)
                || DateTimeReader.Read(date.ToString("D", culture), culture, Today)?.Date != DateOnly.FromDateTime(date))
            .Select(culture => culture.Name);

        Assert.Empty(unread);
    }

    [Fact]
    public void Marks_that_nobody_types_need_not_be_typed()
    {
        var date = new DateTime(2027, 11, 24);
        string[] names = ["am-ET", "ar-EG", "ar-SA", "bg-BG", "ckb-IQ", "fa-IR", "he-IL", "lt-LT", "ps-AF", "th-TH", "ur-PK"];
        var unread = from name in names
                     let culture = CultureInfo.GetCultureInfo(name)
                     from form in (string[])["d", "D"]
                     let written = date.ToString(form, culture)
                     from text in (string[])[written, string.Concat(written.Where(letter => char.GetUnicodeCategory(letter) is not UnicodeCategory.Format))]
                     where DateTimeReader.Read(text, culture, Today)?.Date != DateOnly.FromDateTime(date)
                     select $"{name}: {text}";

        Assert.Empty(unread);
    }
}
