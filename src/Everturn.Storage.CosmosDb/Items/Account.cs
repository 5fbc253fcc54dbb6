using Azure.Identity;
using Microsoft.Azure.Cosmos;

namespace Everturn.Storage.CosmosDb.Items;

/// <summary>Makes the client, with the settings that the store relies on.</summary>
internal static class Account
{
    public static CosmosClient Connect(CosmosDbStoreOptions options)
    {
        var settings = new CosmosClientOptions { ApplicationName = "Everturn" };
        if (IsEmulator(options.Connection))
        {
            // Emulators speak REST alone, and name themselves by addresses that may not lead to them.
            settings.ConnectionMode = ConnectionMode.Gateway;
            settings.LimitToEndpoint = true;
        }

        options.ConfigureClient?.Invoke(settings);
        // A write's answer is its ETag; the content need not come back.
        settings.EnableContentResponseOnWrite = false;
        // A request that was refused for its rate (429) was not executed: repeating it is safe, for writes too.
        settings.MaxRetryWaitTimeOnRateLimitedRequests = options.Timeout;
        settings.RequestTimeout = options.Timeout;
        // Bulk would gather writes of several turns and wait for more of them.
        settings.AllowBulkExecution = false;
        try
        {
            return Uri.TryCreate(options.Connection, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http"
                ? new CosmosClient(options.Connection, options.Credential ?? new DefaultAzureCredential(), settings)
                : new CosmosClient(options.Connection, settings);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or InvalidOperationException)
        {
            // The message must not repeat the connection: it may hold a key.
            throw CosmosDbStoreOptions.Invalid(["Connection is neither a Cosmos DB connection string nor the URL of an account."]);
        }
    }

    // Azure itself listens on https alone.
    private static bool IsEmulator(string connection) =>
        connection.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        || connection.Contains("AccountEndpoint=http://", StringComparison.OrdinalIgnoreCase);
}
