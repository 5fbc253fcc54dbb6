using System.Text.Json;
using Everturn.Cli.Commands;
using Everturn.Storage;
using Everturn.Storage.Sqlite;

namespace Everturn.Cli.Tests.Storage;

public sealed class StoreCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string File => Path.Combine(_folder.Path, "own", "bot.db");

    [Fact]
    public async Task Store_is_made_checked_and_counted()
    {
        Assert.Equal((ExitCodes.Done, "The store is ready.", ""), await RunAsync("init"));
        Assert.Equal((ExitCodes.Done, "The store is ready.", ""), await RunAsync("init"));
        var due = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await using (var store = new SqliteStore(new() { File = File }))
        {
            await store.SaveAsync("bot/channel/kind/1", "{\"a\":1}"u8.ToArray(), null, due);
            await store.SaveAsync("bot/channel/kind/2", "{}"u8.ToArray(), null, null);
        }

        var (checkedCode, check, _) = await RunAsync("check");
        Assert.Equal(ExitCodes.Done, checkedCode);
        Assert.Contains($"place        {File}", check, StringComparison.Ordinal);
        Assert.Contains("version      SQLite 3.", check, StringComparison.Ordinal);
        Assert.Contains("promises     12 of 12 kept", check, StringComparison.Ordinal);
        Assert.DoesNotContain("WARNING", check, StringComparison.Ordinal);

        Assert.Equal((ExitCodes.Done, "documents    2\nbytes        9\ndue          1, the first at 2026-01-02 03:04:05Z", ""), await RunAsync("stats"));
        var (_, json, _) = await RunAsync("stats", "--json");
        Assert.Equal(new StoreStats(2, 9, 1, due), JsonSerializer.Deserialize(json, CliJson.Default.StoreStats));
    }

    [Fact]
    public async Task Check_as_JSON_is_one_line()
    {
        await RunAsync("init");

        var (exitCode, json, _) = await RunAsync("check", "--json");

        var report = JsonSerializer.Deserialize(json, CliJson.Default.StoreReport)!;
        Assert.Equal((ExitCodes.Done, File, 1, 12), (exitCode, report.Place, report.Form, report.Tested));
        Assert.True(report.ReadMilliseconds > 0 && report.WriteMilliseconds > 0, json);
        Assert.Empty(report.Failed);
    }

    [Fact]
    public async Task Damaged_file_is_warned_of()
    {
        await RunAsync("init");
        await using (var store = new SqliteStore(new() { File = File }))
        {
            await Task.WhenAll(Enumerable.Range(0, 200).Select(number => store.SaveAsync($"bot/channel/kind/{number}", new byte[500], null, null).AsTask()));
        }

        await using (var file = System.IO.File.OpenWrite(File))
        {
            // A page in the middle, with nothing in it that SQLite could know.
            file.Position = 10 * 4096;
            await file.WriteAsync(Enumerable.Repeat((byte)0xff, 4096).ToArray(), TestContext.Current.CancellationToken);
        }

        var (_, check, error) = await RunAsync("check");

        Assert.Contains("ET2007", check + error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "ET6023")]
    [InlineData("stats", "ET6023")]
    public async Task Store_that_is_not_there_is_not_made_by_a_look(string command, string code)
    {
        var (exitCode, _, error) = await RunAsync(command);

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.StartsWith($"everturn: {code}: ", error, StringComparison.Ordinal);
        Assert.False(System.IO.File.Exists(File));
    }

    [Fact]
    public async Task Error_of_the_store_keeps_its_code()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, new string('x', 10_000), TestContext.Current.CancellationToken);

        var (exitCode, _, error) = await RunAsync("check");

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.StartsWith("everturn: ET2002: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis:x")]
    [InlineData("sqlite")]
    public async Task Store_that_the_tool_cannot_open_is_a_wrong_command_line(string store)
    {
        using var error = new StringWriter();

        Assert.Equal(ExitCodes.Usage, await EverturnCommand.RunAsync(["store", "check", "--store", store], TextWriter.Null, error));
        Assert.StartsWith("everturn: ET6001: unknown store ", error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string command, params string[] more)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await EverturnCommand.RunAsync(["store", command, "--store", $"sqlite:{File}", .. more], output, error);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }
}
