using System.Text.Json;
using Microsoft.Azure.Cosmos;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>Whether the client sent a refused write more than once.</summary>
/// <remarks>
/// The client repeats what it believes not to have been executed: a refused rate, a moved partition, and in gateway mode also a
/// connection that broke, of which nobody knows. It tells only in its diagnostics, which are read for refusals alone.
/// </remarks>
internal static class Repeats
{
    public static bool WasSentOnce(ResponseMessage refusal)
    {
        try
        {
            using var json = JsonDocument.Parse(refusal.Diagnostics.ToString());
            // How many calls ended with which "(status, substatus)"; one that broke off has the status 0.
            var failures = json.RootElement.GetProperty("Summary").EnumerateObject()
                .Where(calls => calls.Value.ValueKind == JsonValueKind.Object)
                .SelectMany(calls => calls.Value.EnumerateObject())
                .Where(call => !call.Name.StartsWith("(2", StringComparison.Ordinal) && !call.Name.StartsWith("(304", StringComparison.Ordinal))
                .Sum(call => call.Value.GetInt32());
            return failures == 1;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            // Diagnostics that cannot be read prove nothing.
            return false;
        }
    }
}
