using Everturn.Hosting;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.OpenAI.Tests;

/// <summary>The client's settings.</summary>
public sealed class OptionsTests
{
    [Fact]
    public void Wrong_settings_are_named_all_at_once()
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => new ChatCompletionsClient(new()
        {
            Endpoint = new Uri("ftp://x"),
            Model = " ",
            Key = "a\nb",
            ResponseTimeout = TimeSpan.Zero,
            StallTimeout = TimeSpan.FromHours(2),
            MaxRetries = -1,
            MaxRetryDelay = TimeSpan.FromHours(1),
            MaxResponseBytes = 1,
            MaxTokensName = "tokens",
        }));

        Assert.Equal(
            ["Endpoint", "Model", "Key", "ResponseTimeout", "StallTimeout", "MaxRetries", "MaxRetryDelay", "MaxResponseBytes", "MaxTokensName"],
            wrong.Failures.Select(failure => failure["ET7120: ".Length..].Split(' ')[0]));
        Assert.All(wrong.Failures, failure => Assert.StartsWith("ET7120: ", failure, StringComparison.Ordinal));
        Assert.DoesNotContain("a\nb", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://user:word@example.com/v1")]
    [InlineData("/v1")]
    public void Address_must_be_one(string? address)
    {
        var options = new ChatCompletionsOptions { Endpoint = address is null ? null : new Uri(address, UriKind.RelativeOrAbsolute), Model = "m" };

        Assert.Throws<OptionsValidationException>(() => new ChatCompletionsClient(options));
    }

    [Fact]
    public async Task Host_with_wrong_settings_does_not_start()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddChatCompletions(options => options.Model = "");
        using var host = builder.Build();

        var wrong = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, wrong.Failures.Count());
    }

    [Fact]
    public async Task Host_gives_the_client_as_IChatClient()
    {
        await using var endpoint = await PlayedEndpoint.StartAsync();
        endpoint.Then(200, """{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}]}""");
        var services = new ServiceCollection().AddLogging();
        services.AddChatCompletions(options => (options.Endpoint, options.Model) = (endpoint.Url, "m"));
        await using var provider = services.BuildServiceProvider();

        var client = provider.GetRequiredService<IChatClient>();

        Assert.Equal("Hi.", (await client.GetResponseAsync("hello", cancellationToken: TestContext.Current.CancellationToken)).Text);
        Assert.Equal("m", client.GetRequiredService<ChatClientMetadata>().DefaultModelId);
    }
}
