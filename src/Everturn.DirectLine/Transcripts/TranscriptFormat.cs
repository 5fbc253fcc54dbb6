using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Delivery;

namespace Everturn.DirectLine.Transcripts;

/// <summary>How transcripts are stored. Activities stand in the documents byte for byte.</summary>
/// <remarks>
/// Head: <c>{"format":1,"started":T,"user":{"id","name"},"joined":[..],"last":N,"row":"R.I","time":T,"pages":[[first,last],..],"entries":[{"s":N,"r":"R.I","a":{..}},..]}</c>.
/// Page: <c>{"format":1,"entries":[..]}</c>. Format 2, written only where anything was changed: pages <c>[first,last,changed]</c>,
/// entries with <c>"c":N,"u":"R.I","d":true</c> before <c>"a"</c>.
/// </remarks>
internal static class TranscriptFormat
{
    private const int Format = 1;
    private const int FormatOfChanges = 2;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = ActivityJson.MaxDepth + 8 };
    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = ActivityJson.MaxDepth + 8,
        // What is written raw was validated when it came in.
        SkipValidation = true,
    };

    public static ReadOnlyMemory<byte> WriteHead(Transcript transcript)
    {
        var buffer = new ArrayBufferWriter<byte>(transcript.EntryBytes + 1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format"u8, transcript.Pages.Any(page => page.Changed > 0) ? FormatOfChanges : FormatOf(transcript.Entries));
            if (transcript.Started is { } started)
            {
                writer.WriteString("started"u8, started);
            }

            if (transcript.User is { } user)
            {
                writer.WriteStartObject("user"u8);
                writer.WriteString("id"u8, user.Id);
                if (user.Name is not null)
                {
                    writer.WriteString("name"u8, user.Name);
                }

                writer.WriteEndObject();
            }

            writer.WriteStartArray("joined"u8);
            foreach (var joined in transcript.Joined)
            {
                writer.WriteStringValue(joined);
            }

            writer.WriteEndArray();
            writer.WriteNumber("last"u8, transcript.Last);
            writer.WriteString("row"u8, transcript.Row.ToString());
            writer.WriteString("time"u8, transcript.Time);
            writer.WriteStartArray("pages"u8);
            foreach (var page in transcript.Pages)
            {
                writer.WriteStartArray();
                writer.WriteNumberValue(page.First);
                writer.WriteNumberValue(page.Last);
                if (page.Changed > 0)
                {
                    writer.WriteNumberValue(page.Changed);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndArray();
            WriteEntries(writer, transcript.Entries);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static ReadOnlyMemory<byte> WritePage(ImmutableArray<TranscriptEntry> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(entries.Sum(entry => entry.Activity.Length + 64) + 64);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("format"u8, FormatOf(entries));
            WriteEntries(writer, entries);
            writer.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static ImmutableArray<TranscriptEntry> ReadPage(ReadOnlyMemory<byte> document) => ReadHead(document).Entries;

    /// <exception cref="InvalidDataException">The document was written by a newer version, or is no transcript.</exception>
    public static Transcript ReadHead(ReadOnlyMemory<byte> document)
    {
        try
        {
            return Read(document);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException("ET4023: A stored transcript is not readable. Restore it from a backup, or delete it.", exception);
        }
    }

    private static Transcript Read(ReadOnlyMemory<byte> document)
    {
        var reader = new Utf8JsonReader(document.Span, ReaderOptions);
        var transcript = Transcript.Empty;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "format":
                    ThrowIfNewer(reader.GetInt32());
                    break;
                case "started":
                    transcript = transcript with { Started = reader.GetDateTimeOffset() };
                    break;
                case "user":
                    transcript = transcript with { User = ReadUser(ref reader) };
                    break;
                case "joined":
                    transcript = transcript with { Joined = ReadStrings(ref reader) };
                    break;
                case "last":
                    transcript = transcript with { Last = reader.GetInt64() };
                    break;
                case "row":
                    transcript = transcript with { Row = RowId.Parse(reader.GetString()!) };
                    break;
                case "time":
                    transcript = transcript with { Time = reader.GetDateTimeOffset() };
                    break;
                case "pages":
                    transcript = transcript with { Pages = ReadPages(ref reader) };
                    break;
                case "entries":
                    transcript = transcript with { Entries = ReadEntries(document, ref reader) };
                    break;
                case "protected":
                    // Not to be taken for an empty one.
                    throw new FormatException("It is encrypted, and this program has no key ring.");
                default:
                    reader.Skip();
                    break;
            }
        }

        return transcript;
    }

    private static int FormatOf(ImmutableArray<TranscriptEntry> entries) => entries.Any(entry => entry.Change is not null) ? FormatOfChanges : Format;

    private static void ThrowIfNewer(int format)
    {
        if (format is not (Format or FormatOfChanges))
        {
            throw new InvalidDataException(string.Create(
                CultureInfo.InvariantCulture,
                $"ET4024: A stored transcript has format {format}; this version reads up to {FormatOfChanges}. Update this node, or send the request to a newer one."));
        }
    }

    private static void WriteEntries(Utf8JsonWriter writer, ImmutableArray<TranscriptEntry> entries)
    {
        writer.WriteStartArray("entries"u8);
        foreach (var entry in entries)
        {
            writer.WriteStartObject();
            writer.WriteNumber("s"u8, entry.Sequence);
            writer.WriteString("r"u8, entry.Row.ToString());
            if (entry.Change is var (place, row, isDeletion))
            {
                writer.WriteNumber("c"u8, place);
                writer.WriteString("u"u8, row.ToString());
                if (isDeletion)
                {
                    writer.WriteBoolean("d"u8, value: true);
                }
            }

            writer.WritePropertyName("a"u8);
            writer.WriteRawValue(entry.Activity.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static ImmutableArray<TranscriptEntry> ReadEntries(ReadOnlyMemory<byte> document, ref Utf8JsonReader reader)
    {
        var entries = ImmutableArray.CreateBuilder<TranscriptEntry>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            long sequence = 0;
            RowId row = default;
            ReadOnlyMemory<byte> activity = default;
            EntryChange change = default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                switch (name)
                {
                    case "s":
                        sequence = reader.GetInt64();
                        break;
                    case "r":
                        row = RowId.Parse(reader.GetString()!);
                        break;
                    case "c":
                        change = change with { Sequence = reader.GetInt64() };
                        break;
                    case "u":
                        change = change with { Row = RowId.Parse(reader.GetString()!) };
                        break;
                    case "d":
                        change = change with { IsDeletion = reader.GetBoolean() };
                        break;
                    case "a":
                        var start = (int)reader.TokenStartIndex;
                        reader.Skip();
                        activity = document[start..(int)reader.BytesConsumed];
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }

            entries.Add(new(sequence, row, activity) { Change = change == default ? null : change });
        }

        return entries.DrainToImmutable();
    }

    private static DirectLineUser? ReadUser(ref Utf8JsonReader reader)
    {
        string? id = null;
        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("id"u8);
            var isName = reader.ValueTextEquals("name"u8);
            reader.Read();
            id = isId ? reader.GetString() : id;
            name = isName ? reader.GetString() : name;
        }

        return id is null ? null : new(id, name);
    }

    private static ImmutableArray<string> ReadStrings(ref Utf8JsonReader reader)
    {
        var strings = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            strings.Add(reader.GetString()!);
        }

        return strings.DrainToImmutable();
    }

    private static ImmutableArray<PageRange> ReadPages(ref Utf8JsonReader reader)
    {
        var pages = ImmutableArray.CreateBuilder<PageRange>();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartArray)
        {
            reader.Read();
            var first = reader.GetInt64();
            reader.Read();
            var last = reader.GetInt64();
            reader.Read();
            var changed = 0L;
            if (reader.TokenType == JsonTokenType.Number)
            {
                changed = reader.GetInt64();
                reader.Read();
            }

            pages.Add(new(first, last, changed));
        }

        return pages.DrainToImmutable();
    }
}
