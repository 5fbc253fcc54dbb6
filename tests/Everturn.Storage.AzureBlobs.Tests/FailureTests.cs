using System.Net;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Everturn.Storage.Servers;

namespace Everturn.Storage.AzureBlobs.Tests;

public sealed class FailureTests
{
    private const string Key = "a/b/c/d";

    private readonly Wire _wire = new();

    // A repeated create would be refused because of the first one, and the writer would take himself for another.
    [Fact]
    public async Task Save_whose_answer_is_lost_is_not_repeated_and_throws()
    {
        var store = await TestStore.OpenAsync(_wire);
        _wire.Intercept = async (request, send) =>
        {
            (await send()).Dispose();
            throw new HttpRequestException("The answer is lost.");
        };
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.SaveAsync(Key, "{}"u8.ToArray(), null, null));
        Assert.Equal("ET2201", error.Code);
        Assert.Equal("PUT", Assert.Single(_wire.Requests).Method);

        _wire.Intercept = null;
        Assert.NotNull(await store.LoadAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Delete_whose_answer_is_lost_is_not_repeated_and_throws()
    {
        var store = await TestStore.OpenAsync(_wire);
        var etag = await store.CreateAsync(Key);
        _wire.Forget();
        _wire.Intercept = async (request, send) =>
        {
            (await send()).Dispose();
            throw new HttpRequestException("The answer is lost.");
        };
        await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.DeleteAsync(Key, etag));
        Assert.Single(_wire.Requests);
    }

    [Fact]
    public async Task Load_whose_answer_is_lost_is_repeated()
    {
        var store = await TestStore.OpenAsync(_wire);
        await store.CreateAsync(Key);
        var lost = 0;
        _wire.Intercept = (request, send) => lost++ == 0 ? throw new HttpRequestException("The answer is lost.") : send();
        Assert.NotNull(await store.LoadAsync(Key, CancellationToken.None));
        Assert.Equal(2, lost);
    }

    // Some 409 and 412 say nothing about the version.
    [Theory]
    [InlineData(HttpStatusCode.Conflict, "ContainerBeingDeleted", "ET2205")]
    [InlineData(HttpStatusCode.Conflict, "BlobImmutableDueToPolicy", "ET2208")]
    [InlineData(HttpStatusCode.PreconditionFailed, "LeaseIdMissing", "ET2208")]
    [InlineData(HttpStatusCode.ServiceUnavailable, "ServerBusy", "ET2205")]
    [InlineData(HttpStatusCode.InternalServerError, "OperationTimedOut", "ET2205")]
    [InlineData(HttpStatusCode.Forbidden, "AuthorizationFailure", "ET2202")]
    [InlineData(HttpStatusCode.RequestEntityTooLarge, "RequestBodyTooLarge", "ET2206")]
    [InlineData(HttpStatusCode.BadRequest, "BlobTagsNotSupportedForAccountType", "ET2204")]
    public async Task Refusal_that_is_no_conflict_throws(HttpStatusCode status, string azure, string code)
    {
        var store = await TestStore.OpenAsync(_wire);
        var etag = await store.CreateAsync(Key);
        _wire.Intercept = (request, _) =>
        {
            var answer = new HttpResponseMessage(status) { RequestMessage = request, Content = new ByteArrayContent([]) };
            answer.Headers.Add("x-ms-error-code", azure);
            return Task.FromResult(answer);
        };
        foreach (var expected in new ETag?[] { null, etag })
        {
            var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.SaveAsync(Key, "{}"u8.ToArray(), expected, null));
            Assert.Equal(code, error.Code);
            Assert.Contains(azure, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(code, (await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.DeleteAsync(Key, etag))).Code);
    }

    [Fact]
    public async Task Blob_that_another_program_leases_is_no_conflict()
    {
        var store = await TestStore.OpenAsync();
        var etag = await store.CreateAsync(Key);
        var container = new BlobContainerClient(await Azurite.ConnectionAsync(), store.Container.Segments[^1]);
        await container.GetBlobClient("a-2Fb-2Fc-2Fd").GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60));
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.SaveAsync(Key, "{}"u8.ToArray(), etag, null));
        Assert.Contains("LeaseIdMissing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blob_that_another_program_wrote_is_named_when_it_is_read()
    {
        var store = await TestStore.OpenAsync();
        await new BlobContainerClient(await Azurite.ConnectionAsync(), store.Container.Segments[^1]).UploadBlobAsync("a-2Fb-2Fc-2Fd", new BinaryData("theirs"));
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.LoadAsync(Key, CancellationToken.None));
        Assert.Equal("ET2207", error.Code);
        Assert.Contains(Key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Document_over_the_limit_is_refused_before_it_is_sent()
    {
        var store = await TestStore.OpenAsync(_wire);
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await store.SaveAsync(Key, new byte[(256 << 20) + 1], null, null));
        Assert.StartsWith("ET2206", error.Message, StringComparison.Ordinal);
        Assert.Empty(_wire.Requests);
    }

    [Fact]
    public async Task Server_that_goes_away_and_comes_back_is_used_again()
    {
        var store = await TestStore.OpenAsync(_wire);
        var etag = await store.CreateAsync(Key);
        _wire.Intercept = (_, _) => throw new HttpRequestException("Nobody listens.");
        var error = await Assert.ThrowsAsync<AzureBlobStoreException>(async () => await store.LoadAsync(Key, CancellationToken.None));
        Assert.Equal("ET2201", error.Code);
        Assert.False(error.IsLasting);
        Assert.Contains("Nobody listens.", error.Message, StringComparison.Ordinal);

        _wire.Intercept = null;
        Assert.True((await store.SaveAsync(Key, "{}"u8.ToArray(), etag, null)).IsSaved);
    }
}
