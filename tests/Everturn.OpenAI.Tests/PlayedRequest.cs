using System.Text.Json;

namespace Everturn.OpenAI.Tests;

/// <summary>A request as it reached the played endpoint.</summary>
internal sealed record PlayedRequest(JsonElement Body, string? Authorization, string? Query);
