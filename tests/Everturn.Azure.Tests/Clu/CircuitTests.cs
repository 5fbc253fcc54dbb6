using Microsoft.Extensions.Logging;

namespace Everturn.Azure.Tests.Clu;

/// <summary>A region that fails is left alone, tried again, and trusted again.</summary>
public sealed class CircuitTests
{
    [Fact]
    public async Task Region_that_keeps_failing_is_left_alone_and_tried_again_after_a_while()
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(500);

        for (var time = 0; time < 6; time++) Assert.Equal("eastus", (await regions.AskAsync()).Region);
        Assert.Equal([6, 3, 0], regions.Asked);
        Assert.Contains(regions.Log.Lines, line => line is { Level: LogLevel.Error, Id: 7002 });

        regions.Clock.Leap(TimeSpan.FromSeconds(16));
        Assert.Equal("eastus", (await regions.AskAsync()).Region);
        Assert.Equal([7, 4, 0], regions.Asked);
        await regions.AskAsync();
        Assert.Equal([8, 4, 0], regions.Asked);

        regions.Own.Answer = context => PlayedClu.WriteAsync(context, 200, PlayedClu.Booking);
        regions.Clock.Leap(TimeSpan.FromSeconds(16));
        Assert.Equal("westeurope", (await regions.AskAsync()).Region);
        Assert.Equal("westeurope", (await regions.AskAsync()).Region);
        Assert.Equal([8, 6, 0], regions.Asked);
        Assert.Contains(regions.Log.Lines, line => line is { Level: LogLevel.Information, Id: 7003 });
    }

    [Fact]
    public async Task One_failure_among_answers_breaks_nothing()
    {
        await using var regions = await Regions.StartAsync();
        for (var time = 0; time < 5; time++) await regions.AskAsync();
        regions.Own.Fail(500);
        await regions.AskAsync();
        await regions.AskAsync();

        Assert.Equal(7, regions.Own.Requests.Count);
        Assert.Null(regions.Recognizer.Degradation);
    }

    [Fact]
    public async Task Silent_regions_are_left_alone_so_that_later_users_do_not_wait()
    {
        await using var regions = await Regions.StartAsync(options => options.RequestTimeout = TimeSpan.FromMilliseconds(100));
        regions.Own.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        for (var time = 0; time < 5; time++) await regions.AskAsync();

        Assert.Equal([5, 3, 0], regions.Asked);
        Assert.Contains("no answer", regions.Recognizer.Degradation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silent_region_that_takes_all_the_patience_is_left_alone_so_that_the_next_is_asked()
    {
        await using var regions = await Regions.StartAsync(options => options.RequestTimeout = options.Patience = TimeSpan.FromMilliseconds(300));
        regions.Own.Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);

        for (var time = 0; time < 3; time++) Assert.Equal("local", (await regions.AskAsync()).Recognizer);
        Assert.Equal("eastus", (await regions.AskAsync()).Region);

        Assert.Equal([1, 3, 0], regions.Asked);
    }

    [Fact]
    public async Task Trial_that_its_caller_gives_up_or_that_is_told_to_come_later_closes_no_circuit()
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(500);
        for (var time = 0; time < 3; time++) await regions.AskAsync();
        regions.Clock.Leap(TimeSpan.FromSeconds(16));
        using var caller = new CancellationTokenSource();
        regions.Own.Answer = async context =>
        {
            await caller.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await regions.Recognizer.RecognizeAsync(Regions.Text, null, caller.Token));
        Assert.Contains("it answered 500", regions.Recognizer.Degradation, StringComparison.Ordinal);

        regions.Own.Fail(429, "TooManyRequests", "1");
        regions.Clock.Leap(TimeSpan.FromSeconds(16));
        await regions.AskAsync();
        regions.Clock.Leap(TimeSpan.FromSeconds(2));
        Assert.NotNull(regions.Recognizer.Degradation);
        Assert.DoesNotContain(regions.Log.Lines, line => line is { Id: 7003 });
    }

    [Theory]
    [InlineData(429, "ET7005", "20", 19, 21)]
    [InlineData(429, "ET7005", "3600", 599, 601)]
    [InlineData(503, "ET7002", "20", 19, 21)]
    public async Task Busy_region_rests_for_as_long_as_it_asks_up_to_ten_minutes(int status, string code, string retryAfter, int before, int after)
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(status, "TooManyRequests", retryAfter);
        await regions.AskAsync();
        Assert.Contains(code, regions.Recognizer.Degradation, StringComparison.Ordinal);
        regions.Own.Answer = context => PlayedClu.WriteAsync(context, 200, PlayedClu.Booking);

        regions.Clock.Leap(TimeSpan.FromSeconds(before));
        Assert.Equal("eastus", (await regions.AskAsync()).Region);
        regions.Clock.Leap(TimeSpan.FromSeconds(after - before));
        Assert.Equal("westeurope", (await regions.AskAsync()).Region);

        Assert.Null(regions.Recognizer.Degradation);
    }

    [Fact]
    public async Task Busy_region_may_name_a_date()
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(429, "TooManyRequests", regions.Clock.GetUtcNow().AddSeconds(30).ToString("R"));

        await regions.AskAsync();
        await regions.AskAsync();

        Assert.Equal([2, 1, 0], regions.Asked);
    }

    [Fact]
    public async Task Degradation_names_who_answers_instead()
    {
        await using var regions = await Regions.StartAsync();
        regions.Own.Fail(404, "ProjectNotFound");
        for (var time = 0; time < 3; time++) await regions.AskAsync();
        Assert.StartsWith("ET7009: the language service of westeurope is left alone, and eastus answers instead. ET7004: it answered 404 ProjectNotFound", regions.Recognizer.Degradation, StringComparison.Ordinal);

        regions.Other.Fail(500);
        regions.Third.Fail(500);
        for (var time = 0; time < 3; time++) Assert.Equal("local", (await regions.AskAsync()).Recognizer);
        Assert.Contains("and the recognizer local answers instead", regions.Recognizer.Degradation, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_regions_down_degrade_nothing()
    {
        await using var regions = await Regions.StartAsync();
        regions.Other.Fail(500);

        for (var time = 0; time < 4; time++) await regions.AskAsync();

        Assert.Null(regions.Recognizer.Degradation);
        Assert.Equal([0, 4, 0], regions.Asked);
    }
}
