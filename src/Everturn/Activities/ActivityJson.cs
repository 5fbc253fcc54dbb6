using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Everturn.Activities;

/// <summary>Reads and writes activities as JSON. Unknown members survive at every level.</summary>
public static class ActivityJson
{
    /// <summary>The deepest nesting that is read. A constant of the protocol's own documents is far below.</summary>
    public const int MaxDepth = 64;

    // Content goes out as application/json, never into a page: letters stay letters, which halves non-Latin texts.
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads an activity from UTF-8 JSON. What is read can be written again.</summary>
    /// <exception cref="JsonException">
    /// It is not a JSON object, is not valid Unicode, nests deeper than <see cref="MaxDepth"/>, repeats a member, holds
    /// null in a list of the protocol, or a member has another kind than the protocol's.
    /// </exception>
    public static Activity Read(ReadOnlySpan<byte> utf8Json)
    {
        ThrowIfNotUnicode(utf8Json);
        var activity = JsonSerializer.Deserialize(utf8Json, ActivityJsonContext.Default.Activity)
            ?? throw new JsonException("An activity is a JSON object; found null.");
        ThrowIfListsHoldNull(activity);
        return activity;
    }

    /// <summary>Writes an activity as UTF-8 JSON; members that are null are left out.</summary>
    public static byte[] Write(Activity activity)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed))
        {
            JsonSerializer.Serialize(writer, activity, ActivityJsonContext.Default.Activity);
        }

        return buffer.WrittenSpan.ToArray();
    }

    // The serializer takes over unknown members without looking into their strings, and fails on bad ones only when it
    // writes them: after the activity was accepted.
    private static void ThrowIfNotUnicode(ReadOnlySpan<byte> utf8Json)
    {
        if (!Utf8.IsValid(utf8Json))
        {
            throw new JsonException("The text is not valid UTF-8.");
        }

        if (utf8Json.IndexOf("\\u"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(utf8Json, new JsonReaderOptions { MaxDepth = MaxDepth });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                try
                {
                    reader.GetString();
                }
                catch (InvalidOperationException exception)
                {
                    throw new JsonException("A string holds half a surrogate pair.", exception);
                }
            }
        }
    }

    private static void ThrowIfListsHoldNull(Activity activity)
    {
        Check(activity.Attachments, "attachments");
        Check(activity.Entities, "entities");
        Check(activity.ListenFor, "listenFor");
        Check(activity.MembersAdded, "membersAdded");
        Check(activity.MembersRemoved, "membersRemoved");
        Check(activity.ReactionsAdded, "reactionsAdded");
        Check(activity.ReactionsRemoved, "reactionsRemoved");
        Check(activity.TextHighlights, "textHighlights");
        Check(activity.SuggestedActions?.To, "suggestedActions.to");
        Check(activity.SuggestedActions?.Actions, "suggestedActions.actions");

        static void Check<T>(List<T>? list, string name)
            where T : class
        {
            if (list is not null && list.Contains(null!))
            {
                throw new JsonException($"The list '{name}' holds null.");
            }
        }
    }
}

/// <summary>The protocol's types for System.Text.Json, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = ActivityJson.MaxDepth)]
[JsonSerializable(typeof(Activity))]
[JsonSerializable(typeof(List<Activity>))]
[JsonSerializable(typeof(ConversationReference))]
[JsonSerializable(typeof(ChannelAccount))]
[JsonSerializable(typeof(HeroCard))]
[JsonSerializable(typeof(ThumbnailCard))]
public sealed partial class ActivityJsonContext : JsonSerializerContext;
