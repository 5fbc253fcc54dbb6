using System.Net;
using System.Text;
using System.Text.Json;

namespace Everturn.Storage.CosmosDb.Tests;

/// <summary>
/// What the emulation lacks, and no more. It knows no query plans, so this answers them for the store's two queries; and without
/// a header of older clients it fails on a point read of nothing and on queries over all partitions.
/// </summary>
internal sealed class ServerGaps(Uri server) : DelegatingHandler
{
    private const string AllPartitions = "x-ms-documentdb-query-enablecrosspartition";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The client also looks for the virtual machine that it may run on.
        if (request.RequestUri!.Authority != server.Authority) return new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request };
        if (request.Headers.Contains("x-ms-cosmos-is-query-plan-request"))
        {
            return Plan(await request.Content!.ReadAsStringAsync(cancellationToken), request);
        }

        if (request.Method == HttpMethod.Get || request.Headers.Contains("x-ms-documentdb-isquery")) request.Headers.TryAddWithoutValidation(AllPartitions, "true");
        return await base.SendAsync(request, cancellationToken);
    }

    // https://learn.microsoft.com/rest/api/cosmos-db/querying-cosmosdb-resources-using-the-rest-api
    private static HttpResponseMessage Plan(string body, HttpRequestMessage request)
    {
        using var json = JsonDocument.Parse(body);
        var query = json.RootElement.GetProperty("query").GetString()!;
        const string Order = " ORDER BY c.id", Where = " WHERE ";
        var ordered = query.EndsWith(Order, StringComparison.Ordinal);
        var where = query[(query.IndexOf(Where, StringComparison.Ordinal) + Where.Length)..].Replace(Order, "", StringComparison.Ordinal);
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
                aggregates = Array.Empty<string>(),
                groupByAliasToAggregateType = new { },
                rewrittenQuery = ordered
                    ? $"SELECT c._rid, [{{\"item\": c.id}}] AS orderByItems, {{\"id\": c.id, \"key\": c[\"key\"]}} AS payload FROM c WHERE ({where}) AND ({{documentdb-formattableorderbyquery-filter}}){Order}"
                    : "",
                hasSelectValue = false,
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
