using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Everturn.Storage.CosmosDb.Tests;

/// <summary>
/// A server that plays an account's endpoint and nothing else: it says of itself what the emulation cannot be told to say.
/// </summary>
internal sealed class AccountStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AccountStandIn(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    public static async Task<AccountStandIn> StartAsync(bool manyWrites, string[] writable, string[] readable, string consistency)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapGet("/", (HttpRequest request) => Results.Text(
            Account(new Uri($"http://{request.Host}/"), manyWrites, writable, readable, consistency).ToJsonString(), "application/json"));
        await app.StartAsync();
        return new AccountStandIn(app);
    }

    /// <summary>Answers for the account on a wire to the emulation, which keeps the items.</summary>
    public static Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>> Over(string[] readable, string consistency) =>
        async (request, send) => request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath == "/"
            ? new HttpResponseMessage
            {
                RequestMessage = request,
                Content = new StringContent(Account(request.RequestUri, false, readable[..1], readable, consistency).ToJsonString()),
            }
            : await send();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    // https://learn.microsoft.com/rest/api/cosmos-db/get-database-account
    private static JsonObject Account(Uri address, bool manyWrites, string[] writable, string[] readable, string consistency) => new()
    {
        ["id"] = "stand-in",
        ["writableLocations"] = Locations(address, writable),
        ["readableLocations"] = Locations(address, readable),
        ["enableMultipleWriteLocations"] = manyWrites,
        ["userConsistencyPolicy"] = new JsonObject { ["defaultConsistencyLevel"] = consistency },
        ["queryEngineConfiguration"] = "{}",
    };

    private static JsonArray Locations(Uri address, string[] names) =>
        [.. names.Select(name => (JsonNode)new JsonObject { ["name"] = name, ["databaseAccountEndpoint"] = address.AbsoluteUri })];
}
