using System.Net;
using System.Text;

namespace Everturn.Storage.CosmosDb.Tests;

public sealed class FailureTests
{
    private const string Key = "a/b/c/d";

    // With a choice of regions the client repeats a write over a broken connection; without one it gives up.
    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Save_that_took_effect_and_lost_its_answer_is_never_reported_as_refused(bool update, bool isOneEndpoint)
    {
        var wire = await CosmosDbServer.WireAsync();
        var account = AccountStandIn.Over(["A", "B"], "Session");
        wire.Intercept = account;
        var options = await CosmosDbServer.OptionsAsync(wire: wire);
        var configure = options.ConfigureClient!;
        options.ConfigureClient = client =>
        {
            configure(client);
            client.LimitToEndpoint = isOneEndpoint;
        };
        using var store = new CosmosDbStore(options);
        await store.OpenAsync();
        ETag? etag = update ? (await store.SaveAsync(Key, "1"u8.ToArray(), null, null)).ETag : null;
        var isLost = false;
        wire.Forget();
        wire.Intercept = async (request, send) =>
        {
            var answer = await account(request, send);
            if (isLost || !IsWrite(request)) return answer;
            isLost = true;
            throw new HttpRequestException("The answer is lost.", new IOException("reset"));
        };

        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await store.SaveAsync(Key, "2"u8.ToArray(), etag, null));

        Assert.Equal("ET2301", error.Code);
        Assert.Equal("2", Encoding.UTF8.GetString((await store.LoadAsync(Key, CancellationToken.None))!.Content.Span));
    }

    // The client repeats what it believes not to have been executed. If it was, the second request is refused because of the first.
    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Refusal_of_a_write_that_the_client_has_repeated_says_nothing(string method)
    {
        var wire = await CosmosDbServer.WireAsync();
        using var store = await CosmosDbServer.OpenAsync(wire);
        ETag? etag = method == "POST" ? null : (await store.SaveAsync(Key, "1"u8.ToArray(), null, null)).ETag;
        wire.Forget();
        var isDone = false;
        wire.Intercept = async (request, send) =>
        {
            var answer = await send();
            if (isDone) return answer;
            isDone = true;
            return Answer(request, (HttpStatusCode)429, 3200);
        };

        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () =>
        {
            if (method == "DELETE") await store.DeleteAsync(Key, etag!.Value);
            else await store.SaveAsync(Key, "2"u8.ToArray(), etag, null);
        });

        Assert.Equal("ET2301", error.Code);
        Assert.Equal([method, method], wire.Requests.Select(request => request.Method));
    }

    [Fact]
    public async Task Delete_that_took_effect_and_lost_its_answer_is_never_reported_as_refused()
    {
        var wire = await CosmosDbServer.WireAsync();
        using var store = await CosmosDbServer.OpenAsync(wire);
        var etag = (await store.SaveAsync(Key, "1"u8.ToArray(), null, null)).ETag!.Value;
        var isLost = false;
        wire.Intercept = async (request, send) =>
        {
            var answer = await send();
            if (isLost || request.Method != HttpMethod.Delete) return answer;
            isLost = true;
            throw new HttpRequestException("The answer is lost.", new IOException("reset"));
        };
        await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await store.DeleteAsync(Key, etag));
        Assert.Null(await store.LoadAsync(Key, CancellationToken.None));
    }

    [Fact]
    public async Task Refusal_of_a_write_that_was_sent_once_is_a_conflict()
    {
        var wire = await CosmosDbServer.WireAsync();
        using var store = await CosmosDbServer.OpenAsync(wire);
        var etag = (await store.SaveAsync(Key, "1"u8.ToArray(), null, null)).ETag!.Value;
        await store.SaveAsync(Key, "2"u8.ToArray(), etag, null);
        wire.Forget();
        Assert.False((await store.SaveAsync(Key, "3"u8.ToArray(), etag, null)).IsSaved);
        Assert.False((await store.SaveAsync(Key, "3"u8.ToArray(), null, null)).IsSaved);
        Assert.False(await store.DeleteAsync(Key, etag));
        Assert.Equal(["PUT", "POST", "DELETE"], wire.Requests.Select(request => request.Method));
    }

    // 429 says that nothing was executed.
    [Fact]
    public async Task Save_refused_for_its_rate_is_repeated()
    {
        var wire = await CosmosDbServer.WireAsync();
        using var store = await CosmosDbServer.OpenAsync(wire);
        var refused = 0;
        wire.Intercept = (request, send) => IsWrite(request) && refused++ < 2 ? Task.FromResult(Answer(request, (HttpStatusCode)429, 3200)) : send();
        Assert.True((await store.SaveAsync(Key, "1"u8.ToArray(), null, null)).IsSaved);
        Assert.Equal(3, refused);
    }

    [Theory]
    [InlineData(429, 3200, "ET2307")]
    // The client repeats it until the time is over.
    [InlineData(449, 0, "ET2301")]
    [InlineData(500, 0, "ET2307")]
    [InlineData(503, 0, "ET2307")]
    [InlineData(408, 0, "ET2301")]
    [InlineData(410, 0, "ET2301")]
    [InlineData(413, 0, "ET2306")]
    [InlineData(403, 0, "ET2302")]
    [InlineData(404, 1003, "ET2304")]
    [InlineData(400, 0, "ET2308")]
    public async Task Answer_that_is_neither_success_nor_conflict_throws(int status, int subStatus, string code)
    {
        var wire = await CosmosDbServer.WireAsync();
        var options = await CosmosDbServer.OptionsAsync(wire: wire);
        options.Timeout = TimeSpan.FromSeconds(1);
        using var store = new CosmosDbStore(options);
        await store.SaveAsync(Key, "1"u8.ToArray(), null, null);
        wire.Intercept = (request, send) => IsWrite(request) ? Task.FromResult(Answer(request, (HttpStatusCode)status, subStatus)) : send();
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await store.SaveAsync(Key + "2", "1"u8.ToArray(), null, null));
        Assert.Equal(code, error.Code);
    }

    [Theory]
    [InlineData(1002, "ET2307")]
    [InlineData(1003, "ET2304")]
    public async Task Missing_session_and_missing_container_are_not_missing_documents(int subStatus, string code)
    {
        var wire = await CosmosDbServer.WireAsync();
        using var store = await CosmosDbServer.OpenAsync(wire);
        wire.Intercept = (request, send) => request.RequestUri!.AbsolutePath.Contains("/docs/", StringComparison.Ordinal)
            ? Task.FromResult(Answer(request, HttpStatusCode.NotFound, subStatus))
            : send();
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await store.LoadAsync(Key, CancellationToken.None));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task Document_over_the_limit_is_refused_before_it_is_sent()
    {
        var wire = await CosmosDbServer.WireAsync();
        using var store = await CosmosDbServer.OpenAsync(wire);
        var error = await Assert.ThrowsAsync<ArgumentException>(async () => await store.SaveAsync(Key, new byte[1_600_000], null, null));
        Assert.StartsWith("ET2306", error.Message, StringComparison.Ordinal);
        Assert.Contains("MaxRecordBytes", error.Message, StringComparison.Ordinal);
        Assert.Empty(wire.Requests);
    }

    [Fact]
    public async Task Item_that_another_program_wrote_is_named_when_it_is_read()
    {
        var options = await CosmosDbServer.OptionsAsync();
        using var store = new CosmosDbStore(options);
        await store.OpenAsync();
        using var client = OpeningTests.Client(options);
        using var item = new MemoryStream("{\"id\":\"a-2Fb-2Fc-2Fd\",\"content\":\"theirs\"}"u8.ToArray());
        using var made = await client.GetContainer(options.Database, options.Container).CreateItemStreamAsync(item, new("a-2Fb-2Fc-2Fd"));
        Assert.True(made.IsSuccessStatusCode);
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await store.LoadAsync(Key, CancellationToken.None));
        Assert.Equal("ET2310", error.Code);
    }

    [Fact]
    public async Task Server_that_goes_away_and_comes_back_is_used_again()
    {
        var wire = await CosmosDbServer.WireAsync();
        var options = await CosmosDbServer.OptionsAsync(wire: wire);
        options.Timeout = TimeSpan.FromSeconds(1);
        using var store = new CosmosDbStore(options);
        var etag = (await store.SaveAsync(Key, "1"u8.ToArray(), null, null)).ETag;
        wire.Intercept = (_, _) => throw new HttpRequestException("Nobody listens.");
        var error = await Assert.ThrowsAsync<CosmosDbStoreException>(async () => await store.LoadAsync(Key, CancellationToken.None));
        Assert.Equal("ET2301", error.Code);
        Assert.False(error.IsLasting);

        wire.Intercept = null;
        Assert.True((await store.SaveAsync(Key, "2"u8.ToArray(), etag, null)).IsSaved);
    }

    private static bool IsWrite(HttpRequestMessage request) =>
        request.RequestUri!.AbsolutePath.Contains("/docs", StringComparison.Ordinal) && request.Method != HttpMethod.Get && !request.Headers.Contains("x-ms-documentdb-isquery");

    private static HttpResponseMessage Answer(HttpRequestMessage request, HttpStatusCode status, int subStatus)
    {
        var answer = new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent("{\"message\":\"a stand-in's answer\"}", Encoding.UTF8, "application/json") };
        answer.Headers.Add("x-ms-substatus", $"{subStatus}");
        answer.Headers.Add("x-ms-retry-after-ms", "10");
        return answer;
    }
}
