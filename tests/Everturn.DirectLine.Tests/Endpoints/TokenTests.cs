using System.Net;
using System.Net.Http.Headers;
using Everturn.DirectLine.Tests.Running;
using Everturn.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Everturn.DirectLine.Tests.Endpoints;

public sealed class TokenTests
{
    private const string Generate = "/v3/directline/tokens/generate";
    private const string Refresh = "/v3/directline/tokens/refresh";
    private const string Start = "/v3/directline/conversations";
    private const string Secret = "a-secret-of-some-length";

    [Fact]
    public async Task Token_tells_its_user_and_conversation_to_clients_and_lives_half_an_hour()
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(
            node.Http, HttpMethod.Post, Generate, null, """{"User":{"Id":"dl_ada","NAME":"Ada"},"trustedOrigins":["https://contoso.com"]}""");
        var answer = await TestConversation.JsonOf(response);

        var token = new JsonWebTokenHandler().ReadJsonWebToken(answer.GetProperty("token").GetString());
        Assert.Equal("dl_ada", token.GetPayloadValue<string>("user"));
        Assert.Equal(answer.GetProperty("conversationId").GetString(), token.GetPayloadValue<string>("conv"));
        Assert.Equal("test-bot", token.GetPayloadValue<string>("bot"));
        Assert.Equal(1800, answer.GetProperty("expires_in").GetInt32());
        Assert.Equal(TimeSpan.FromMinutes(30), token.ValidTo - token.ValidFrom);
    }

    [Fact]
    public async Task Refresh_prolongs_a_token_for_the_same_conversation_and_user()
    {
        var time = new MovableTime();
        await using var node = await TestNode.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var token = await TestConversation.NewTokenAsync(node.Http, "dl_ada");

        time.Offset = TimeSpan.FromMinutes(29);
        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, Refresh, token);
        var refreshed = (await TestConversation.JsonOf(response)).GetProperty("token").GetString()!;

        time.Offset = TimeSpan.FromMinutes(31);
        await AssertRefusedAsync(node, Refresh, token, HttpStatusCode.Forbidden, "TokenExpired");
        await TestConversation.StartAsync(node.Http, refreshed);
        Assert.Equal(ClientToken.Claim(token, "conv"), ClientToken.Claim(refreshed, "conv"));
        Assert.Equal("dl_ada", ClientToken.Claim(refreshed, "user"));
    }

    [Theory]
    [InlineData(null, "Unauthorized", HttpStatusCode.Unauthorized)]
    [InlineData("Basic YWRhOmFkYQ==", "Unauthorized", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", "Unauthorized", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer  ", "Unauthorized", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer two words", "Unauthorized", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer undefined", "Forbidden", HttpStatusCode.Forbidden)]
    [InlineData("Bearer a.b.c", "Forbidden", HttpStatusCode.Forbidden)]
    public async Task Authorization_that_is_missing_or_malformed_is_401_and_a_bad_one_403(string? header, string code, HttpStatusCode expected)
    {
        await using var node = await TestNode.StartAsync();
        var headers = header is null ? [] : new[] { ("Authorization", header) };

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, Start, null, null, headers);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(code, (await TestConversation.JsonOf(response)).GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Secret_makes_tokens_and_conversations_and_nothing_else_does()
    {
        await using var node = await TestNode.StartAsync(configure: options => options.Secret = Secret);

        await AssertRefusedAsync(node, Generate, null, HttpStatusCode.Unauthorized, "Unauthorized");
        await AssertRefusedAsync(node, Generate, "not-the-secret", HttpStatusCode.Forbidden, "Forbidden");
        using var generated = await TestConversation.SendAsync(node.Http, HttpMethod.Post, Generate, Secret);
        Assert.Equal(HttpStatusCode.OK, generated.StatusCode);
        var token = (await TestConversation.JsonOf(generated)).GetProperty("token").GetString();
        await AssertRefusedAsync(node, Generate, token, HttpStatusCode.Forbidden, "Forbidden");
        await AssertRefusedAsync(node, Refresh, Secret, HttpStatusCode.Forbidden, "Forbidden");

        using var started = await TestConversation.SendAsync(node.Http, HttpMethod.Post, Start, Secret, """{"user":{"id":"dl_ada"}}""");
        Assert.Equal(HttpStatusCode.Created, started.StatusCode);
        Assert.Equal("dl_ada", ClientToken.Claim((await TestConversation.JsonOf(started)).GetProperty("token").GetString()!, "user"));
    }

    [Fact]
    public async Task Secret_reaches_every_conversation_that_exists()
    {
        await using var node = await TestNode.StartAsync(configure: options => options.Secret = Secret);
        var started = await TestConversation.StartAsync(node.Http, Secret);
        var conversation = new TestConversation(started.Id, Secret, started.StreamUrl);

        await conversation.SayAsync(node.Http, "x");

        Assert.Equal(["hello ada", "x", "1: x"], await conversation.TextsAsync(node.Http, 3));
        foreach (var path in new[] { "/conversations/unknown", "/conversations/unknown/activities", "/conversations/not%20ours/activities" })
        {
            using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Get, "/v3/directline" + path, Secret);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }

        var unknown = new TestConversation("unknown", Secret, "");
        using var post = await TestConversation.SendAsync(node.Http, HttpMethod.Post, unknown.ActivitiesPath, Secret, TestConversation.Message("x"));
        Assert.Equal(HttpStatusCode.NotFound, post.StatusCode);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("X-Forwarded-For", "127.0.0.1, 203.0.113.9")]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Host", "evil.example")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("Authorization", "Bearer anything")]
    public async Task Generate_without_a_secret_is_refused_to_others_than_this_machine(string header, string value)
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, Generate, null, null, (header, value));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task User_id_without_the_prefix_cannot_stand_in_a_token()
    {
        await using var node = await TestNode.StartAsync();

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, Generate, null, """{"user":{"id":"ada"}}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Token_opens_its_own_conversation_alone()
    {
        await using var node = await TestNode.StartAsync();
        var mine = await node.ConverseAsync();
        var other = await node.ConverseAsync();

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Get, other.ActivitiesPath, mine.Token);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Stream_token_and_bearer_token_cannot_stand_in_for_each_other()
    {
        await using var node = await TestNode.StartAsync();
        var conversation = await node.ConverseAsync();
        var streamToken = conversation.StreamUrl.Split("t=")[1];

        using var rest = await TestConversation.SendAsync(node.Http, HttpMethod.Get, conversation.ActivitiesPath, streamToken);
        using var stream = await TestConversation.SendAsync(
            node.Http, HttpMethod.Get, $"/v3/directline/conversations/{conversation.Id}/stream?t={conversation.Token}", null);

        Assert.Equal(HttpStatusCode.Forbidden, rest.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, stream.StatusCode);
    }

    [Fact]
    public async Task Token_of_another_key_or_without_signature_is_forged()
    {
        await using var node = await TestNode.StartAsync();
        var real = new JsonWebTokenHandler().ReadJsonWebToken(await TestConversation.NewTokenAsync(node.Http, "dl_ada"));
        var claims = real.Claims.ToDictionary(claim => claim.Type, claim => (object)claim.Value, StringComparer.Ordinal);
        var descriptor = new SecurityTokenDescriptor { Claims = claims, Issuer = real.Issuer, Audience = real.Audiences.Single(), Expires = real.ValidTo };
        var unsigned = new JsonWebTokenHandler().CreateToken(descriptor);
        descriptor.SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(new byte[32]), SecurityAlgorithms.HmacSha256);
        var foreign = new JsonWebTokenHandler().CreateToken(descriptor);

        await AssertRefusedAsync(node, Refresh, unsigned, HttpStatusCode.Forbidden, "Forbidden");
        await AssertRefusedAsync(node, Refresh, foreign, HttpStatusCode.Forbidden, "Forbidden");
        await AssertRefusedAsync(node, Refresh, real.EncodedToken[..^2], HttpStatusCode.Forbidden, "Forbidden");
    }

    [Fact]
    public async Task Token_of_one_node_holds_on_every_other_of_its_bot()
    {
        var store = new MemoryStore(new Random(1));
        await using var first = await TestNode.StartAsync(store);
        await using var second = await TestNode.StartAsync(store, "local-2");
        var tokens = await Task.WhenAll(TestConversation.NewTokenAsync(first.Http, null), TestConversation.NewTokenAsync(second.Http, null));

        await TestConversation.StartAsync(second.Http, tokens[0]);
        await TestConversation.StartAsync(first.Http, tokens[1]);
    }

    [Fact]
    public async Task Store_that_is_away_makes_no_token_look_bad()
    {
        var store = new TroubledStore(new MemoryStore(new Random(1)));
        await using var first = await TestNode.StartAsync(store);
        var token = await TestConversation.NewTokenAsync(first.Http, null);
        store.IsAway = true;
        await using var second = await TestNode.StartAsync(store, "local-2");

        using var response = await TestConversation.SendAsync(second.Http, HttpMethod.Post, Refresh, token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Session_id_needs_a_token()
    {
        await using var node = await TestNode.StartAsync();
        var token = await TestConversation.NewTokenAsync(node.Http, null);

        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Get, "/v3/directline/session/getsessionid", token);
        using var refused = await node.Http.GetAsync(new Uri("/v3/directline/session/getsessionid", UriKind.Relative));

        Assert.NotEmpty((await TestConversation.JsonOf(response)).GetProperty("sessionId").GetString()!);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(new AuthenticationHeaderValue("Bearer"), refused.Headers.WwwAuthenticate.Single());
    }

    private static async Task AssertRefusedAsync(TestNode node, string path, string? token, HttpStatusCode status, string code)
    {
        using var response = await TestConversation.SendAsync(node.Http, HttpMethod.Post, path, token);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(code, (await TestConversation.JsonOf(response)).GetProperty("error").GetProperty("code").GetString());
    }
}
