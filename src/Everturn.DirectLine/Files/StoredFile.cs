using System.Text.Json.Serialization;

namespace Everturn.DirectLine.Files;

/// <summary>A file that a client sent.</summary>
/// <param name="Format">1.</param>
/// <param name="ContentType">As the client said; never trusted to be so.</param>
/// <param name="Name">The file's name, without a path.</param>
/// <param name="Data">The content, in JSON as base64.</param>
internal sealed record StoredFile(int Format, string ContentType, string Name, byte[] Data);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(StoredFile))]
internal sealed partial class FileJsonContext : JsonSerializerContext;
