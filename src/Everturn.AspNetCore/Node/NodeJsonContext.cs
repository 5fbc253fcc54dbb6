using System.Text.Json.Serialization;
using Everturn.AspNetCore.Health;
using Everturn.AspNetCore.Inbound;

namespace Everturn.AspNetCore.Node;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Announcement))]
[JsonSerializable(typeof(ReadinessReport))]
[JsonSerializable(typeof(ErrorBody))]
internal sealed partial class NodeJsonContext : JsonSerializerContext;
