using System.Text.Json;
using Everturn.DirectLine.Http;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Endpoints;

/// <summary>The body of a request for a token or a conversation. Member names are matched whatever their case, as the original does.</summary>
internal readonly record struct TokenRequest(DirectLineUser? User, Answer? Refusal)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxLength = 256;

    public static async ValueTask<TokenRequest> ReadAsync(HttpContext http)
    {
        var body = await RequestBody.ReadJsonAsync(http, MaxBytes);
        if (body.Refusal is not null || body.Bytes.IsEmpty)
        {
            return new(null, body.Refusal);
        }

        try
        {
            using var document = JsonDocument.Parse(body.Bytes, new JsonDocumentOptions { MaxDepth = 16 });
            return Read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return Bad($"The body is not JSON: {exception.Message}");
        }
    }

    private static TokenRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return Bad("The body must be a JSON object, or empty.");
        }

        // Origins matter to the sign-in step alone, which this channel does not have.
        if (Member(root, "trustedOrigins") is { } trusted
            && (trusted.ValueKind != JsonValueKind.Array || trusted.EnumerateArray().Any(origin => origin.ValueKind != JsonValueKind.String)))
        {
            return Bad("trustedOrigins must be an array of strings.");
        }

        if (Member(root, "user") is not { } user)
        {
            return default;
        }

        if (user.ValueKind != JsonValueKind.Object)
        {
            return Bad("user must be an object with an id.");
        }

        if (!TryText(user, "id", out var id) || !TryText(user, "name", out var name))
        {
            return Bad($"user.id and user.name must be strings of at most {MaxLength} characters.");
        }

        return new(id is null ? null : new(id, name), null);
    }

    private static bool TryText(JsonElement parent, string name, out string? text)
    {
        text = null;
        if (Member(parent, name) is not { } value)
        {
            return true;
        }

        text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var isText = text is { Length: <= MaxLength };
        text = text is "" ? null : text;
        return isText;
    }

    private static JsonElement? Member(JsonElement parent, string name)
    {
        foreach (var member in parent.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.Null && string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }

    private static TokenRequest Bad(string problem) => new(null, Refusals.BadArgument(problem));
}
