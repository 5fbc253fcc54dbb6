using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Everturn.Storage.Servers;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class AdministrationTests
{
    [Fact]
    public async Task Check_tells_place_and_account_and_makes_nothing()
    {
        var options = await TestStore.OptionsAsync();
        var store = new AzureBlobStore(options);
        Assert.Null((await store.CheckAsync(CancellationToken.None)).Form);
        Assert.False(await new BlobContainerClient(options.Connection, options.Container).ExistsAsync());

        await store.InitAsync(CancellationToken.None);
        var check = await store.CheckAsync(CancellationToken.None);

        Assert.Equal(1, check.Form);
        Assert.Equal($"{await Azurite.BlobEndpointAsync()}/{options.Container}", check.Place);
        // What Azurite says of itself.
        Assert.Equal("Azure Blob Storage, StorageV2 StandardRagrs", check.Version);
        Assert.Contains("a failover loses the last minutes", Assert.Single(check.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Standard_ZRS", null)]
    [InlineData("Standard_LRS", "in one building")]
    [InlineData("Standard_GRS", "a failover loses the last minutes")]
    public async Task Redundancy_that_may_lose_turns_is_warned_of(string sku, string? loss)
    {
        var wire = new Wire();
        wire.Intercept = async (request, send) =>
        {
            var answer = await send();
            if (answer.Headers.Remove("x-ms-sku-name")) answer.Headers.Add("x-ms-sku-name", sku);
            return answer;
        };

        var check = await new AzureBlobStore(await TestStore.OptionsAsync(wire)).CheckAsync(CancellationToken.None);

        if (loss is null) Assert.Empty(check.Warnings);
        else Assert.Contains(loss, Assert.Single(check.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_with_a_sas_never_shows_it()
    {
        var options = await TestStore.OptionsAsync();
        var container = new BlobContainerClient(options.Connection, options.Container);
        await container.CreateAsync();
        options.Connection = container.GenerateSasUri(BlobContainerSasPermissions.All, DateTimeOffset.UtcNow.AddHours(1)).AbsoluteUri;

        var check = await new AzureBlobStore(options).CheckAsync(CancellationToken.None);

        Assert.Equal(1, check.Form);
        Assert.DoesNotContain("sig=", check.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Init_makes_what_a_node_must_not_make()
    {
        var options = await TestStore.OptionsAsync();
        options.CreateContainer = false;
        var store = new AzureBlobStore(options);
        await store.InitAsync(CancellationToken.None);
        await store.InitAsync(CancellationToken.None);
        Assert.True((await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null)).IsSaved);
    }

    [Fact]
    public async Task Stats_count_documents_bytes_and_dues_and_nothing_foreign()
    {
        var options = await TestStore.OptionsAsync();
        var store = new AzureBlobStore(options);
        await store.InitAsync(CancellationToken.None);
        Assert.Equal(new StoreStats(0, 0, 0, null), await store.StatsAsync(CancellationToken.None));

        var due = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await store.SaveAsync("z/b/c/1", new byte[100], null, due);
        await store.SaveAsync("a/b/c/" + new string('x', 1000), new byte[10], null, due.AddDays(1));
        await store.SaveAsync("a/b/c/3", new byte[3], null, null);
        await new BlobContainerClient(options.Connection, options.Container).UploadBlobAsync("a foreign one", new BinaryData("x"));

        Assert.Equal(new StoreStats(3, 113, 2, due), await store.StatsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Stats_of_a_missing_container_are_refused_with_the_cure()
    {
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await new AzureBlobStore(await TestStore.OptionsAsync()).StatsAsync(CancellationToken.None));
        Assert.Equal("ET2203", error.Code);
    }
}
