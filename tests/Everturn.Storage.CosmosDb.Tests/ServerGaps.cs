using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Everturn.Storage.CosmosDb.Tests;

/// <summary>
/// What the emulation lacks, and no more. It knows no query plans, so this answers them for the store's queries; nor a
/// partition's part of a count, so it is asked for the whole; and without a header of older clients it fails on a point read of
/// nothing and on queries over all partitions.
/// </summary>
internal sealed class ServerGaps(Uri server) : DelegatingHandler
{
    // What the client makes of a count, and what of it the emulation knows.
    private const string Count = "COUNT(1)";
    private const string PartialCount = "SELECT VALUE [{\"item\": COUNT(1)}] FROM c";
    private const string PlainCount = "SELECT VALUE COUNT(1) FROM c";
    private const string IsQuery = "x-ms-documentdb-isquery";
    private const string AllPartitions = "x-ms-documentdb-query-enablecrosspartition";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The client also looks for the virtual machine that it may run on.
        if (request.RequestUri!.Authority != server.Authority) return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request };
        if (request.Headers.Contains("x-ms-cosmos-is-query-plan-request"))
        {
            return Plan(await request.Content!.ReadAsStringAsync(cancellationToken), request);
        }

        if (request.Method == HttpMethod.Get || request.Headers.Contains(IsQuery))
        {
            // It may be there already and say no.
            request.Headers.Remove(AllPartitions);
            request.Headers.TryAddWithoutValidation(AllPartitions, "true");
        }

        var counts = request.Headers.Contains(IsQuery) && (await request.Content!.ReadAsStringAsync(cancellationToken)).Contains(Count, StringComparison.Ordinal);
        return counts
            ? await CountAsync(request, cancellationToken)
            : await base.SendAsync(request, cancellationToken);
    }

    private async Task<HttpResponseMessage> CountAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var asked = request.Content!;
        request.Content = new StringContent(JsonSerializer.Serialize(new { query = PlainCount, parameters = Array.Empty<object>() }));
        request.Content.Headers.ContentType = asked.Headers.ContentType;
        var answer = await base.SendAsync(request, cancellationToken);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken))!;
        if (json["Documents"] is not JsonArray counts) throw new InvalidOperationException(json.ToJsonString());
        json["Documents"] = new JsonArray([.. counts.Select(count => new JsonArray(new JsonObject { ["item"] = (long)count! }))]);
        answer.Content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json");
        return answer;
    }

    // https://learn.microsoft.com/rest/api/cosmos-db/querying-cosmosdb-resources-using-the-rest-api
    private static HttpResponseMessage Plan(string body, HttpRequestMessage request)
    {
        using var json = JsonDocument.Parse(body);
        var query = json.RootElement.GetProperty("query").GetString()!;
        const string Order = " ORDER BY c.id", Where = " WHERE ";
        var ordered = query.EndsWith(Order, StringComparison.Ordinal);
        var counts = query.Contains(Count, StringComparison.Ordinal);
        var where = counts ? "" : query[(query.IndexOf(Where, StringComparison.Ordinal) + Where.Length)..].Replace(Order, "", StringComparison.Ordinal);
        var plan = new
        {
            partitionedQueryExecutionInfoVersion = 2,
            queryInfo = new
            {
                distinctType = "None",
                orderBy = ordered ? new[] { "Ascending" } : [],
                orderByExpressions = ordered ? new[] { "c.id" } : [],
                groupByExpressions = Array.Empty<string>(),
                groupByAliases = Array.Empty<string>(),
                aggregates = counts ? new[] { "Count" } : [],
                groupByAliasToAggregateType = new { },
                rewrittenQuery = ordered
                    ? $"SELECT c._rid, [{{\"item\": c.id}}] AS orderByItems, {{\"id\": c.id, \"key\": c[\"key\"]}} AS payload FROM c WHERE ({where}) AND ({{documentdb-formattableorderbyquery-filter}}){Order}"
                    : counts ? PartialCount : "",
                hasSelectValue = counts,
            },
            queryRanges = new[] { new { min = "", max = "FF", isMinInclusive = true, isMaxInclusive = false } },
        };
        return new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent(JsonSerializer.Serialize(plan), Encoding.UTF8, "application/json"),
        };
    }
}
