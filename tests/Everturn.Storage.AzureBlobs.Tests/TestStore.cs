using Azure.Core.Pipeline;
using Everturn.Storage.Servers;

namespace Everturn.Storage.AzureBlobs.Tests;

/// <summary>Settings of a store in a container of its own on Azurite, seen through a <see cref="Wire"/>.</summary>
internal static class TestStore
{
    public static async Task<AzureBlobStoreOptions> OptionsAsync(Wire? wire = null)
    {
        var options = new AzureBlobStoreOptions
        {
            Connection = await Azurite.ConnectionAsync(),
            Container = "test-" + Guid.NewGuid().ToString("N"),
        };
        if (wire is not null) options.ConfigureClient = client => client.Transport = new HttpClientTransport(wire);
        return options;
    }

    public static async Task<AzureBlobStore> OpenAsync(Wire? wire = null)
    {
        var store = new AzureBlobStore(await OptionsAsync(wire));
        await store.OpenAsync();
        wire?.Forget();
        return store;
    }

    public static async Task<ETag> CreateAsync(this IStore store, string key, DateTimeOffset? due = null)
    {
        var saved = await store.SaveAsync(key, "{}"u8.ToArray(), null, due);
        Assert.True(saved.IsSaved, $"'{key}' was there already.");
        return saved.ETag!.Value;
    }
}
