using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;

namespace Everturn.OpenAI.Tests;

/// <summary>What the client says when the endpoint fails.</summary>
public sealed class FailureTests
{
    private const string Hi = """{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData(401, """{"error":{"message":"Incorrect API key: sk-secret","code":"invalid_api_key"}}""", "ET7122", false, "Incorrect API key: ***")]
    [InlineData(403, "no", "ET7122", false, "no")]
    [InlineData(404, """{"error":{"message":"The model `played` does not exist"}}""", "ET7123", false, "does not exist")]
    [InlineData(429, """{"error":{"message":"Slow down"}}""", "ET7124", true, "Slow down")]
    [InlineData(429, """{"error":{"message":"You exceeded your quota","code":"insufficient_quota"}}""", "ET7124", false, "quota")]
    [InlineData(400, """{"error":{"message":"too many tokens","type":"invalid_request_error"}}""", "ET7125", false, "too many tokens")]
    [InlineData(422, """{"detail":[{"msg":"extra field"}]}""", "ET7125", false, "extra field")]
    [InlineData(301, "", "ET7125", false, "(nothing)")]
    [InlineData(500, """{"error":"out of memory"}""", "ET7126", true, "out of memory")]
    [InlineData(503, "<html>\n  busy\n</html>", "ET7126", true, "<html> busy </html>")]
    public async Task Status_is_told_by_its_code_with_the_endpoints_words(int status, string body, string code, bool isTransient, string said)
    {
        await using var talking = await Talking.StartAsync();
        foreach (var stream in new[] { false, true })
        {
            talking.Endpoint.Then(status, body);

            var failure = await talking.FailAsync(stream);

            Assert.Equal((code, isTransient, (HttpStatusCode)status), (failure.Code, failure.IsTransient, failure.Status!.Value));
            Assert.StartsWith($"{code}: {talking.Endpoint.Url}/chat/completions answered {status}: ", failure.Message, StringComparison.Ordinal);
            Assert.Contains(said, failure.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-secret", failure.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Long_words_of_an_endpoint_are_cut()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(500, new string('x', 1_000_000), "text/plain");

        Assert.InRange((await talking.FailAsync()).Message.Length, 500, 700);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Wed, 21 Oct 2015 07:28:00 GMT", 0)]
    public async Task Pause_that_the_endpoint_asks_for_is_told(string header, int seconds)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(429, "{}", retryAfter: header);

        Assert.Equal(TimeSpan.FromSeconds(seconds), (await talking.FailAsync()).RetryAfter);
    }

    [Fact]
    public async Task What_may_pass_is_asked_again()
    {
        await using var talking = await Talking.StartAsync(options => (options.MaxRetries, options.MaxRetryDelay) = (2, TimeSpan.Zero));
        talking.Endpoint.Then(503, "busy");
        talking.Endpoint.Then(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        talking.Endpoint.Then(200, Hi);
        talking.Endpoint.Then(429, "{}", retryAfter: "0");
        talking.Endpoint.ThenStream(isWhole: true, """{"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}""");

        Assert.Equal("Hi.", (await talking.AskAsync()).Text);
        Assert.Equal("Hi.", (await talking.StreamAsync()).ToChatResponse().Text);
        Assert.Equal(5, talking.Endpoint.Requests.Count);
    }

    [Fact]
    public async Task Endpoint_is_asked_no_more_than_allowed()
    {
        await using var talking = await Talking.StartAsync(options => (options.MaxRetries, options.MaxRetryDelay) = (2, TimeSpan.Zero));
        for (var i = 0; i < 4; i++) talking.Endpoint.Then(503, "busy");

        Assert.Equal("ET7126", (await talking.FailAsync()).Code);
        Assert.Equal(3, talking.Endpoint.Requests.Count);
    }

    [Fact]
    public async Task Longer_pause_than_allowed_is_not_waited_for()
    {
        await using var talking = await Talking.StartAsync(options => (options.MaxRetries, options.MaxRetryDelay) = (2, TimeSpan.FromSeconds(5)));
        talking.Endpoint.Then(429, "{}", retryAfter: "6");

        Assert.Equal("ET7124", (await talking.FailAsync()).Code);
        Assert.Single(talking.Endpoint.Requests);
    }

    [Fact]
    public async Task Lasting_failure_is_not_asked_again()
    {
        await using var talking = await Talking.StartAsync(options => (options.MaxRetries, options.MaxRetryDelay) = (2, TimeSpan.Zero));
        talking.Endpoint.Then(401, "{}");

        Assert.Equal("ET7122", (await talking.FailAsync()).Code);
        Assert.Single(talking.Endpoint.Requests);
    }

    [Theory]
    [InlineData("<html>hello</html>", "text/html")]
    [InlineData("", "application/json")]
    [InlineData("[]", "application/json")]
    [InlineData("null", "application/json")]
    [InlineData("{}", "application/json")]
    [InlineData("""{"choices":[]}""", "application/json")]
    [InlineData("""{"choices":[{}]}""", "application/json")]
    [InlineData("""{"choices":[{"message":{"content":7}}]}""", "application/json")]
    [InlineData("data: {oops\n\n", "text/event-stream")]
    [InlineData("data: null\n\n", "text/event-stream")]
    [InlineData("data: {\"choices\":{}}\n\n", "text/event-stream")]
    public async Task Answer_that_is_none_is_told(string body, string contentType)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.Then(200, body, contentType);
        talking.Endpoint.Then(200, body, contentType);

        Assert.Equal("ET7127", (await talking.FailAsync(stream: true)).Code);
        Assert.Equal("ET7127", (await talking.FailAsync(stream: false)).Code);
    }

    [Fact]
    public async Task Stream_without_an_end_or_an_answer_was_cut()
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(isWhole: false, """{"choices":[{"delta":{"content":"Half"}}]}""");
        talking.Endpoint.ThenStream(isWhole: true);
        talking.Endpoint.Then(200, "data: {\"choi", "text/event-stream");

        Assert.Equal("ET7128", (await talking.FailAsync(stream: true)).Code);
        Assert.Equal("ET7128", (await talking.FailAsync(stream: true)).Code);
        Assert.Equal("ET7128", (await talking.FailAsync(stream: true)).Code);
    }

    [Theory]
    [InlineData("""{"error":{"message":"out of memory","code":400}}""")]
    [InlineData("""{"object":"error","message":"out of memory","type":"BadRequest","code":400}""")]
    public async Task Failure_with_the_status_of_success_is_told_in_the_endpoints_words(string body)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(isWhole: true, body);
        talking.Endpoint.Then(200, body);

        Assert.Contains("ET7126: ", (await talking.FailAsync(stream: true)).Message, StringComparison.Ordinal);
        Assert.Contains("failed in the midst of its answer: out of memory", (await talking.FailAsync(stream: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stream_that_fails_before_anything_of_it_is_shown_is_asked_for_again()
    {
        await using var talking = await Talking.StartAsync(options => (options.MaxRetries, options.MaxRetryDelay) = (2, TimeSpan.Zero));
        talking.Endpoint.ThenStream(isWhole: true, """{"choices":[{"delta":{"role":"assistant","content":""}}]}""", """{"error":{"message":"Rate limit"}}""");
        talking.Endpoint.ThenStream(isWhole: false, """{"choices":[{"delta":{"role":"assistant"}}]}""");
        talking.Endpoint.ThenStream(isWhole: true, """{"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}""");

        Assert.Equal("Hi.", (await talking.StreamAsync()).ToChatResponse().Text);
        Assert.Equal(3, talking.Endpoint.Requests.Count);
    }

    [Fact]
    public async Task Answer_that_has_ended_is_kept_when_its_connection_is_cut()
    {
        using var server = CuttingServer.Start("text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"Hi.\"},\"finish_reason\":\"stop\"}]}\n\n");
        using var client = new ChatCompletionsClient(new() { Endpoint = server.Url, Model = "m", MaxRetries = 0 });

        var answer = await client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken);

        Assert.Equal("Hi.", answer.Text);
    }

    [Theory]
    [InlineData("""{"choices":[{"delta":{},"finish_reason":"stop"}]}""")]
    [InlineData("[DONE]")]
    public async Task Answer_that_has_ended_is_kept_when_its_connection_is_left_open(string end)
    {
        await using var talking = await Talking.StartAsync(options => options.StallTimeout = TimeSpan.FromMilliseconds(200));
        talking.Endpoint.Then(async context =>
        {
            await PlayedEndpoint.StreamAsync(context, isWhole: false, """{"choices":[{"delta":{"content":"Hi."}}]}""", end);
            await NeverAsync(context);
        });

        Assert.Equal("Hi.", (await talking.StreamAsync()).ToChatResponse().Text);
    }

    [Theory]
    [InlineData("oops")]
    [InlineData("""{"error":{"message":"no usage"}}""")]
    public async Task What_cannot_be_read_after_the_end_costs_no_answer(string last)
    {
        await using var talking = await Talking.StartAsync();
        talking.Endpoint.ThenStream(isWhole: true, """{"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}""", last);

        Assert.Equal("Hi.", (await talking.StreamAsync()).ToChatResponse().Text);
    }

    [Theory]
    [InlineData("text/event-stream", "data: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n\n")]
    [InlineData("text/event-stream", "data: {\"choi")]
    [InlineData("application/json", "{\"choices\":")]
    public async Task Answer_whose_connection_ends_was_cut(string contentType, string body)
    {
        using var server = CuttingServer.Start(contentType, body);
        using var client = new ChatCompletionsClient(new() { Endpoint = server.Url, Model = "m", MaxRetries = 0 });

        var failure = await Assert.ThrowsAsync<ChatCompletionsException>(() =>
            client.GetStreamingResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken).ToChatResponseAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("ET7128", true), (failure.Code, failure.IsTransient));
    }

    [Fact]
    public async Task Failure_in_the_midst_of_a_stream_is_told_and_not_asked_again()
    {
        await using var talking = await Talking.StartAsync(options => (options.MaxRetries, options.MaxRetryDelay) = (2, TimeSpan.Zero));
        talking.Endpoint.ThenStream(isWhole: true, """{"choices":[{"delta":{"content":"Half"}}]}""", """{"error":{"message":"overloaded with sk-secret"}}""");

        var failure = await talking.FailAsync(stream: true);

        Assert.Equal(("ET7126", true), (failure.Code, failure.IsTransient));
        Assert.Contains("overloaded with ***", failure.Message, StringComparison.Ordinal);
        Assert.Single(talking.Endpoint.Requests);
    }

    [Fact]
    public async Task Answer_beyond_its_limit_is_not_read()
    {
        await using var talking = await Talking.StartAsync(options => options.MaxResponseBytes = 1024);
        var piece = """{"choices":[{"delta":{"content":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}}]}""";
        talking.Endpoint.ThenStream(isWhole: true, [.. Enumerable.Repeat(piece, 100)]);
        talking.Endpoint.Then(200, Hi + new string(' ', 2000));

        Assert.Equal("ET7129", (await talking.FailAsync(stream: true)).Code);
        Assert.Equal("ET7129", (await talking.FailAsync(stream: false)).Code);
    }

    [Fact]
    public async Task Endpoint_that_does_not_answer_in_time_is_given_up()
    {
        await using var talking = await Talking.StartAsync(options => options.ResponseTimeout = TimeSpan.FromMilliseconds(100));
        talking.Endpoint.Then(NeverAsync);
        talking.Endpoint.Then(NeverAsync);

        Assert.Equal(("ET7130", true), ((await talking.FailAsync()) is var failure ? failure.Code : "", failure.IsTransient));
        Assert.Equal("ET7130", (await talking.FailAsync(stream: true)).Code);
    }

    [Fact]
    public async Task Stream_that_stands_still_is_given_up()
    {
        await using var talking = await Talking.StartAsync(options => options.StallTimeout = TimeSpan.FromMilliseconds(100));
        talking.Endpoint.Then(async context =>
        {
            await PlayedEndpoint.StreamAsync(context, isWhole: false, """{"choices":[{"delta":{"content":"Half"}}]}""");
            await NeverAsync(context);
        });

        Assert.Equal("ET7130", (await talking.FailAsync(stream: true)).Code);
    }

    [Fact]
    public async Task Caller_who_cancels_hears_of_it_as_such()
    {
        await using var talking = await Talking.StartAsync(options => options.MaxRetries = 2);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        talking.Endpoint.Then(context =>
        {
            cancelled.Cancel();
            return NeverAsync(context);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => talking.Client.GetResponseAsync("hello", cancellationToken: cancelled.Token));
        Assert.Single(talking.Endpoint.Requests);
    }

    [Fact]
    public async Task Endpoint_that_is_not_there_is_told()
    {
        await using var talking = await Talking.StartAsync();
        await talking.Endpoint.DisposeAsync();

        var failure = await talking.FailAsync();

        Assert.Equal(("ET7121", true), (failure.Code, failure.IsTransient));
        Assert.IsType<HttpRequestException>(failure.InnerException);
    }

    private static Task NeverAsync(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted);
}
