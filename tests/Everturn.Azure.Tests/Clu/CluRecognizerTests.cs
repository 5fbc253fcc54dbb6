using Azure;
using Azure.Core;
using Azure.Identity;
using Everturn.Azure.Clu;
using Everturn.Language;
using Microsoft.Extensions.Options;

namespace Everturn.Azure.Tests.Clu;

public sealed class CluRecognizerTests
{
    [Fact]
    public async Task Own_region_is_asked_as_the_reference_says()
    {
        await using var regions = await Regions.StartAsync();

        await regions.AskAsync("de-DE");

        Assert.Equal([0, 1, 0], regions.Asked);
        var request = Assert.Single(regions.Own.Requests);
        Assert.Equal("POST /language/:analyze-conversations?api-version=2023-04-01", request.Line);
        Assert.Equal("key-of-westeurope", request.Key);
        Assert.Null(request.Authorization);
        Assert.Equal(
            """{"kind":"Conversation","analysisInput":{"conversationItem":{"id":"1","participantId":"user","text":"Book 2 rooms in Rome \uD83C\uDFDB for ABC","language":"de"}},"parameters":{"projectName":"Travel","deploymentName":"production","verbose":true,"stringIndexType":"Utf16CodeUnit"}}""",
            request.Body.GetRawText());
    }

    [Fact]
    public async Task Answer_becomes_a_result()
    {
        await using var regions = await Regions.StartAsync();

        var result = await regions.AskAsync("en-GB");

        Assert.Equal(("clu", "westeurope", "en-GB", Regions.Text), (result.Recognizer, result.Region, result.Locale, result.Text));
        Assert.Equal(("BookHotel", 0.97), (result.TopIntent, result.TopScore));
        Assert.Equal(["BookHotel", "None", "Cancel"], result.Intents.Select(intent => intent.Name));
        Assert.Equal(
            [new("Number", "2", 5, 1, 1, "2"), new("City", "Rome", 16, 4, 1, "ROM"), new("Code", "ABC", 28, 3, 1, "code")],
            result.Entities.Select(entity => entity));
        Assert.True(regions.Recognizer.IsRemote);
        Assert.Null(regions.Recognizer.Degradation);
    }

    [Theory]
    [InlineData("en-US", "en-us")]
    [InlineData("en-GB", "en-gb")]
    [InlineData("en", "en-us")]
    [InlineData("de_CH", "de")]
    [InlineData("pt-BR", "pt-br")]
    [InlineData("pt", "pt-pt")]
    [InlineData("zh-TW", "zh-hant")]
    [InlineData("zh-Hans-CN", "zh-hans")]
    [InlineData("x", null)]
    [InlineData("<script>", null)]
    [InlineData(null, null)]
    public void Locale_becomes_the_services_code(string? locale, string? code) => Assert.Equal(code, CluLanguage.Of(locale));

    [Fact]
    public async Task Blank_text_asks_nobody_and_long_text_is_cut()
    {
        await using var regions = await Regions.StartAsync();

        var blank = await regions.Recognizer.RecognizeAsync(" \n");
        await regions.Recognizer.RecognizeAsync(Regions.Text + new string('x', 5000));

        Assert.Equal((RecognizerResult.NoIntent, "clu"), (blank.TopIntent, blank.Recognizer));
        var sent = Assert.Single(regions.Own.Requests).Body.GetProperty("analysisInput").GetProperty("conversationItem").GetProperty("text").GetString();
        Assert.Equal(Recognizer.MaxTextLength, sent!.Length);
    }

    [Theory]
    [InlineData(401, "Unauthorized", "ET7003")]
    [InlineData(403, "Forbidden", "ET7003")]
    [InlineData(404, "DeploymentNotFound", "ET7004")]
    [InlineData(429, "TooManyRequests", "ET7005")]
    [InlineData(500, "InternalServerError", "ET7002")]
    [InlineData(503, "ServiceUnavailable", "ET7002")]
    [InlineData(302, "Moved", "ET7002")]
    public async Task Region_that_fails_is_followed_by_the_next_in_order(int status, string code, string expected)
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(status, code);

        var result = await regions.AskAsync();

        Assert.Equal(("clu", "eastus", "BookHotel"), (result.Recognizer, result.Region, result.TopIntent));
        Assert.Equal([1, 1, 0], regions.Asked);
        var line = Assert.Single(regions.Log.Lines);
        Assert.Equal(7001, line.Id);
        Assert.Contains($"{expected}: it answered {status} {code}: played {status}.", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("key-of", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Rome", line.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Orchestration","topIntent":"x"}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","intents":[],"entities":[]}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","intents":[{"category":"x","confidenceScore":7}]}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","intents":"x"}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","intents":[],"entities":[{"category":"City","offset":2147483647,"length":5}]}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","intents":[],"entities":[{"category":"City","offset":-1,"length":5}]}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"\ud800"}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","entities":[{"category":"City","offset":0,"length":2,"resolutions":[{"value":"\ud800"}]}]}}}""")]
    public async Task Answer_that_is_none_is_a_failure_of_its_region(string body)
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Answer = context => PlayedClu.WriteAsync(context, 200, body);

        Assert.Equal("eastus", (await regions.AskAsync()).Region);

        Assert.Contains("ET7006", Assert.Single(regions.Log.Lines).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","intents":[null],"entities":[null]}}}""")]
    [InlineData("""{"result":{"prediction":{"projectKind":"Conversation","topIntent":"x","entities":[{"category":"City","offset":0,"length":4,"extraInformation":[null],"resolutions":[null]}]}}}""")]
    public async Task Nothing_in_the_place_of_something_is_passed_over(string body)
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Answer = context => PlayedClu.WriteAsync(context, 200, body);

        var result = await regions.AskAsync();

        Assert.Equal(("westeurope", "x"), (result.Region, result.TopIntent));
    }

    [Fact]
    public async Task Region_that_is_silent_costs_its_time_limit_alone()
    {
        await using var regions = await Regions.StartAsync(options => options.RequestTimeout = TimeSpan.FromMilliseconds(100));
        regions.Own.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        Assert.Equal("eastus", (await regions.AskAsync()).Region);

        Assert.Contains("ET7002: no answer within 100 ms", Assert.Single(regions.Log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Region_that_cannot_be_reached_is_followed_by_the_next()
    {
        await using var regions = await Regions.StartAsync();
        await regions.Own.DisposeAsync();

        Assert.Equal("eastus", (await regions.AskAsync()).Region);

        Assert.Contains("ET7002: no answer:", Assert.Single(regions.Log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_regions_failing_leave_the_answer_to_the_local_recognizer()
    {
        await using var regions = await Regions.StartAsync();
        foreach (var service in regions.Services) service.Fail(500);

        var result = await regions.AskAsync();

        Assert.Equal(("local", null, "BookHotel"), (result.Recognizer, result.Region, result.TopIntent));
        Assert.Equal([1, 1, 1], regions.Asked);
        Assert.Equal(["westeurope", "eastus", "koreacentral"], regions.Log.Lines.Where(line => line.Id == 7001).Select(line => line.Text.Split(' ')[4]));
    }

    [Fact]
    public async Task Without_a_local_recognizer_the_error_names_what_each_region_did()
    {
        await using var regions = await Regions.StartAsync(local: false);
        regions.Own.Fail(401, "401");
        regions.Other.Fail(404, "ProjectNotFound");
        regions.Third.Fail(500);

        var exception = await Assert.ThrowsAsync<RecognizerException>(async () => await regions.AskAsync());

        Assert.StartsWith("ET7008: the recognizer clu got no answer, and has no fallback. westeurope: ET7003: it answered 401", exception.Message, StringComparison.Ordinal);
        Assert.Contains("eastus: ET7004: it answered 404 ProjectNotFound: played 404. Check that 'Travel' is deployed there as 'production'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("koreacentral: ET7002: it answered 500", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_that_the_service_refuses_goes_to_no_other_region_and_blames_none()
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(400, "InvalidArgument");

        for (var time = 0; time < 5; time++) Assert.Equal("local", (await regions.AskAsync()).Recognizer);

        Assert.Equal([0, 5, 0], regions.Asked);
        Assert.Null(regions.Recognizer.Degradation);
    }

    [Fact]
    public async Task Regions_together_take_no_longer_than_the_patience()
    {
        await using var regions = await Regions.StartAsync(options => options.RequestTimeout = options.Patience = TimeSpan.FromMilliseconds(150));
        foreach (var service in regions.Services) service.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        Assert.Equal("local", (await regions.AskAsync()).Recognizer);

        Assert.Equal([0, 1, 0], regions.Asked);
    }

    [Fact]
    public async Task Timeout_of_the_callers_own_client_is_a_failure_of_the_region()
    {
        var options = new CluRecognizerOptions { Project = "Travel" };
        options.Endpoints.Add(new() { Region = "westeurope", Address = new("https://silent.test"), Key = "k" });
        options.Endpoints.Add(new() { Region = "eastus", Address = new("https://other.test"), Key = "k" });
        using var http = new HttpClient(new SilentHost("silent.test")) { Timeout = TimeSpan.FromMilliseconds(100) };
        using var recognizer = new CluRecognizer(options, "westeurope", http: http);

        Assert.Equal("eastus", (await recognizer.RecognizeAsync(Regions.Text)).Region);
    }

    [Fact]
    public async Task Caller_who_gives_up_gets_no_answer_and_harms_no_region()
    {
        await using var regions = await Regions.StartAsync();
        using var caller = new CancellationTokenSource();
        regions.Own.Answer = async context =>
        {
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await regions.Recognizer.RecognizeAsync(Regions.Text, null, caller.Token));

        Assert.Equal([0, 1, 0], regions.Asked);
        Assert.Null(regions.Recognizer.Degradation);
    }

    [Fact]
    public async Task Node_of_a_region_without_service_asks_in_the_order_given()
    {
        await using var regions = await Regions.StartAsync(region: "brazilsouth");

        Assert.Equal("eastus", (await regions.AskAsync()).Region);

        Assert.Contains(regions.Log.Lines, line => line is { Id: 7006 });
    }

    [Fact]
    public async Task Endpoint_without_key_is_signed_in_to_and_a_refused_token_is_dropped()
    {
        var credential = new PlayedCredential();
        await using var regions = await Regions.StartAsync(options =>
        {
            options.Credential = credential;
            options.Endpoints[1].Key = null;
        });

        await regions.AskAsync();
        await regions.AskAsync();
        regions.Own.Fail(401, "401");
        await regions.AskAsync();
        regions.Own.Answer = context => PlayedClu.WriteAsync(context, 200, PlayedClu.Booking);
        await regions.AskAsync();
        regions.Clock.Leap(TimeSpan.FromMinutes(59));
        await regions.AskAsync();

        Assert.Equal(["Bearer token1", "Bearer token1", "Bearer token1", "Bearer token2", "Bearer token3"], regions.Own.Requests.Select(request => request.Authorization));
        Assert.Equal(["https://cognitiveservices.azure.com/.default"], credential.Scopes.Distinct(StringComparer.Ordinal));
        Assert.All(regions.Own.Requests, request => Assert.Null(request.Key));
    }

    public static TheoryData<Exception> SignInFailures =>
    [
        new CredentialUnavailableException("no identity"),
        new RequestFailedException(503, "no identity"),
        new HttpRequestException("no identity"),
        new TaskCanceledException("no identity"),
        new InvalidOperationException("no identity"),
    ];

    [Theory]
    [MemberData(nameof(SignInFailures), DisableDiscoveryEnumeration = true)]
    public async Task Region_to_which_nobody_can_be_signed_in_is_followed_by_the_next(Exception failure)
    {
        await using var regions = await Regions.StartAsync(options =>
        {
            options.Credential = new PlayedCredential { Failure = failure };
            options.Endpoints[1].Key = null;
        });

        Assert.Equal("eastus", (await regions.AskAsync()).Region);

        Assert.Contains("ET7003: nobody could be signed in: no identity", Assert.Single(regions.Log.Lines).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_all_named()
    {
        var options = new CluRecognizerOptions
        {
            Name = "",
            Deployment = " ",
            Audience = "x",
            RequestTimeout = TimeSpan.FromMinutes(1),
            Patience = TimeSpan.Zero,
            FailuresToBreak = 1,
            BreakDuration = TimeSpan.FromDays(1),
        };
        options.Endpoints.Add(new() { Region = "a", Address = new("http://example.com") });
        options.Endpoints.Add(new() { Region = "A", Address = new("https://example.com?x=1"), Key = "a b" });
        options.Endpoints.Add(new());

        var errors = Assert.Throws<OptionsValidationException>(() => new CluRecognizer(options, "a")).Failures.ToArray();

        Assert.Equal(15, errors.Length);
        Assert.Contains("ET7001: Patience is 00:00:00, which is less than the 00:01:00 of RequestTimeout that one region may take.", errors);
        Assert.All(errors, error => Assert.StartsWith("ET7001: ", error, StringComparison.Ordinal));
        Assert.Contains("ET7001: Endpoints names the region 'a' twice.", errors);
        Assert.Contains(Assert.Throws<OptionsValidationException>(() => new CluRecognizer(new() { Project = "p" }, "a")).Failures, error => error.Contains("at least one region", StringComparison.Ordinal));
    }

    /// <summary>Plays the service in all hosts but one, which never answers.</summary>
    private sealed class SilentHost(string host) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.Host == host) await Task.Delay(Timeout.Infinite, cancellationToken);
            return new() { Content = new StringContent(PlayedClu.Booking) };
        }
    }

    /// <summary>Plays Entra ID: a new token each time it is asked, good for an hour.</summary>
    private sealed class PlayedCredential : TokenCredential
    {
        public List<string> Scopes { get; } = [];

        public Exception? Failure { get; init; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            if (Failure is not null) throw Failure;
            Scopes.Add(requestContext.Scopes[0]);
            return new(new AccessToken($"token{Scopes.Count}", DateTimeOffset.UtcNow.AddHours(1)));
        }
    }
}
