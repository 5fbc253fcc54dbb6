using System.Security.Cryptography.X509Certificates;
using Everturn.AspNetCore;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Docs.Tests.Pages;

internal static class StoresPage
{
    public static void Sqlite(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().UseSqlite("data/bot.db");
    }

    public static void Postgres(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().UsePostgres("Host=db;Database=bot;Username=bot;Password=...");
    }

    public static void AzureBlobs(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().UseAzureBlobs("DefaultEndpointsProtocol=https;AccountName=...");
    }

    public static void CosmosDb(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().UseCosmosDb("AccountEndpoint=https://...;AccountKey=...");
    }

    public static void Protected(WebApplicationBuilder builder, X509Certificate2 certificate)
    {
        builder.Services.AddDataProtection()
            .SetApplicationName("my-bot")
            .PersistKeysToFileSystem(new DirectoryInfo("/mnt/keys"))
            .ProtectKeysWithCertificate(certificate);
        builder.Services.AddEverturn().AddBot<EchoBot>().ProtectRecords();
    }

    public static void Mine(WebApplicationBuilder builder)
    {
        builder.Services.AddEverturn().AddBot<EchoBot>().AddStore("mine", (services, connection) => new MyStore(connection ?? "default"));
    }
}

internal sealed class MyStore(string name) : IStore
{
    private readonly MemoryStore _documents = new(new Random());

    public override string ToString() => name;

    public ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken) => _documents.LoadAsync(key, cancellationToken);

    public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        _documents.SaveAsync(key, content, expected, due);

    public ValueTask<bool> DeleteAsync(string key, ETag expected) => _documents.DeleteAsync(key, expected);

    public ValueTask<IReadOnlyList<string>> ListDueAsync(
        string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
        _documents.ListDueAsync(scope, now, after, limit, cancellationToken);

    public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
        _documents.ListKeysAsync(prefix, after, limit, cancellationToken);
}
