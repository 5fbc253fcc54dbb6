using System.Text.Json;

namespace Everturn.Turns;

/// <summary>What an invoke activity is answered.</summary>
/// <param name="Status">The HTTP status, 200 to 599.</param>
/// <param name="Body">The JSON body; null for none.</param>
public sealed record InvokeResponse(int Status, JsonElement? Body = null);
