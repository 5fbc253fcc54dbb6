using System.Text.Json.Serialization;

namespace Everturn.DirectLine.Tokens;

internal sealed record StoredSigningKey(int Format, byte[]? Key);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredSigningKey))]
internal sealed partial class SigningKeyJsonContext : JsonSerializerContext;
