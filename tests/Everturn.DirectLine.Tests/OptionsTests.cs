using Everturn.DirectLine.Tests.Running;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Tests;

public sealed class OptionsTests
{
    [Fact]
    public async Task Start_tells_every_option_that_is_out_of_range_at_once()
    {
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => TestNode.StartAsync(configure: options =>
        {
            options.Secret = "short";
            options.AllowedOrigins.Add("https://contoso.com/path");
            options.PollInterval = TimeSpan.Zero;
            options.MaxStreams = 0;
        }));

        Assert.Equal(4, exception.Failures.Count());
        Assert.All(exception.Failures, failure => Assert.StartsWith("ET4001: Everturn:DirectLine:", failure, StringComparison.Ordinal));
        Assert.DoesNotContain(exception.Failures, failure => failure.Contains("short", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Options_come_from_configuration_and_code_has_the_last_word()
    {
        await using var node = await TestNode.StartAsync(
            configure: options => options.MaxStreams = 7,
            args: ["--Everturn:DirectLine:MaxStreams=3", "--Everturn:DirectLine:KeepAliveInterval=00:00:20"]);

        var options = node.Services.GetRequiredService<IOptions<DirectLineOptions>>().Value;
        Assert.Equal(7, options.MaxStreams);
        Assert.Equal(TimeSpan.FromSeconds(20), options.KeepAliveInterval);
    }
}
