using Azure.Storage.Blobs;
using Azure.Storage.Sas;
using Microsoft.Extensions.Options;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class OpeningTests
{
    private const BlobContainerSasPermissions Everything = BlobContainerSasPermissions.Read | BlobContainerSasPermissions.Add | BlobContainerSasPermissions.Create
        | BlobContainerSasPermissions.Write | BlobContainerSasPermissions.Delete | BlobContainerSasPermissions.List | BlobContainerSasPermissions.Tag | BlobContainerSasPermissions.Filter;

    [Fact]
    public async Task Missing_container_is_made()
    {
        var store = await TestStore.OpenAsync();
        Assert.True((await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), null, null)).IsSaved);
    }

    [Fact]
    public async Task Many_openings_at_once_of_a_new_container_all_succeed()
    {
        var options = await TestStore.OptionsAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => new AzureBlobStore(options).OpenAsync()));
    }

    [Fact]
    public async Task Missing_container_that_must_not_be_made_is_refused()
    {
        var options = await TestStore.OptionsAsync();
        options.CreateContainer = false;
        var error = await AssertRefusedAsync("ET2203", options);
        Assert.True(error.IsLasting);
        Assert.Contains(options.Container, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Container_that_vanishes_is_named_as_missing_and_not_as_a_conflict()
    {
        var store = await TestStore.OpenAsync();
        var etag = await store.CreateAsync("a/b/c/d");
        await new BlobContainerClient(await Azurite.ConnectionAsync(), store.Container.Segments[^1]).DeleteAsync();
        await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.LoadAsync("a/b/c/d", CancellationToken.None));
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.SaveAsync("a/b/c/d", "{}"u8.ToArray(), etag, null));
        Assert.Equal("ET2203", error.Code);
    }

    [Fact]
    public async Task Sas_url_of_the_container_opens_it()
    {
        var options = await TestStore.OptionsAsync();
        options.Connection = await SasAsync(options, Everything);
        var store = new AzureBlobStore(options);
        var etag = await store.CreateAsync("a/b/c/d", DateTimeOffset.UnixEpoch);
        Assert.Equal(["a/b/c/d"], await store.ListDueAsync("a", DateTimeOffset.UtcNow, null, 10, CancellationToken.None));
        Assert.True(await store.DeleteAsync("a/b/c/d", etag));
        Assert.DoesNotContain("sig=", store.Container.AbsoluteUri, StringComparison.Ordinal);
    }

    // Each right that is missing shows when the store is opened, not at the first turn.
    [Theory]
    [InlineData(BlobContainerSasPermissions.Read | BlobContainerSasPermissions.List)]
    [InlineData(Everything & ~BlobContainerSasPermissions.List)]
    [InlineData(Everything & ~(BlobContainerSasPermissions.Write | BlobContainerSasPermissions.Create | BlobContainerSasPermissions.Add))]
    [InlineData(Everything & ~BlobContainerSasPermissions.Delete)]
    public async Task Sas_with_too_few_rights_is_refused(BlobContainerSasPermissions permissions)
    {
        var options = await TestStore.OptionsAsync();
        options.Connection = await SasAsync(options, permissions);
        var error = await AssertRefusedAsync("ET2202", options);
        Assert.True(error.IsLasting);
        Assert.DoesNotContain("sig=", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_key_is_refused()
    {
        var options = await TestStore.OptionsAsync();
        options.Connection = options.Connection.Replace(Azurite.Key, Convert.ToBase64String(new byte[64]), StringComparison.Ordinal);
        var error = await AssertRefusedAsync("ET2202", options);
        Assert.True(error.IsLasting);
    }

    [Fact]
    public async Task Server_that_does_not_listen_is_named()
    {
        var options = await TestStore.OptionsAsync();
        options.Connection = Azurite.Connection(new Uri("http://127.0.0.1:1/devstoreaccount1"));
        var error = await AssertRefusedAsync("ET2201", options);
        Assert.False(error.IsLasting);
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=x")]
    [InlineData("ftp://x/y")]
    [InlineData("http://127.0.0.1:1/devstoreaccount1/container")]
    [InlineData("https://x.blob.core.windows.net/container/blob?sv=1&sig=secret")]
    [InlineData("DefaultEndpointsProtocol=https;AccountName=x;AccountKey=secret;EndpointSuffix=core.windows.net")]
    public void Connection_that_is_none_is_refused_without_repeating_it(string connection)
    {
        var error = Assert.Throws<OptionsValidationException>(() => new AzureBlobStore(new AzureBlobStoreOptions { Connection = connection }));
        Assert.StartsWith("ET2209", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_options_are_told_all_at_once()
    {
        var options = new AzureBlobStoreOptions { Container = "Not_A_Name", RequestTimeout = TimeSpan.Zero, SweepPause = TimeSpan.Zero };
        var error = Assert.Throws<OptionsValidationException>(() => new AzureBlobStore(options));
        Assert.Equal(4, error.Failures.Count());
        Assert.All(error.Failures, failure => Assert.StartsWith("ET2209", failure, StringComparison.Ordinal));
    }

    private static async Task<string> SasAsync(AzureBlobStoreOptions options, BlobContainerSasPermissions permissions)
    {
        var container = new BlobContainerClient(options.Connection, options.Container);
        await container.CreateIfNotExistsAsync();
        return container.GenerateSasUri(permissions, DateTimeOffset.UtcNow.AddHours(1)).AbsoluteUri;
    }

    private static async Task<AzureBlobStoreException> AssertRefusedAsync(string code, AzureBlobStoreOptions options)
    {
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(() => new AzureBlobStore(options).OpenAsync());
        Assert.Equal(code, error.Code);
        Assert.StartsWith(code + ": ", error.Message, StringComparison.Ordinal);
        return error;
    }
}
