using System.Text.Json;
using Everturn.Activities;
using Everturn.Cli.Commands;
using Everturn.DirectLine;
using Everturn.Hosting;
using Everturn.Storage.Sqlite;
using Everturn.Turns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Cli.Tests.Data;

public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string Store => Path.Combine(_folder.Path, "bot.db");

    [Fact]
    public async Task What_a_bot_keeps_of_a_user_is_exported_and_erased_without_a_node()
    {
        await TalkAsync();

        var (exportCode, lines, _) = await RunAsync("export", "--user", "ada", "--bot", "listener");
        var (askCode, asked, question) = await RunAsync("erase", "--user", "ada", "--bot", "listener");
        var (eraseCode, erased, error) = await RunAsync("erase", "--user", "ada", "--bot", "listener", "--yes");
        var again = await RunAsync("erase", "--user", "ada", "--bot", "listener", "--yes");

        Assert.Equal(ExitCodes.Done, exportCode);
        var documents = lines.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["conversation", "transcript", "user"], documents.Select(document => document.GetProperty("kind").GetString()!));
        Assert.Equal("hello", documents[1].GetProperty("content").GetProperty("activities")[0].GetProperty("text").GetString());
        Assert.Equal((ExitCodes.Usage, ""), (askCode, asked));
        Assert.Equal("1 x conversation on directline\n1 x transcript on directline\n1 x user on directline\neverturn: ET6030: nothing was erased. Repeat the command with --yes to erase the above.", question);
        Assert.Equal((ExitCodes.Done, ""), (eraseCode, error));
        Assert.Equal("ended        1 conversations of the user alone\ncleaned      0 conversations with others\ndeleted      0 dead letters, 1 user records", erased);
        Assert.Equal((ExitCodes.Done, "Nothing is kept of this user.", ""), again);
        Assert.Equal((ExitCodes.Done, "", ""), await RunAsync("export", "--user", "ada", "--bot", "listener"));
        await using var store = new SqliteStore(new() { File = Store });
        Assert.DoesNotContain("hello", await ContentAsync(store), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_goes_to_a_new_file_that_only_its_owner_reads()
    {
        await TalkAsync();
        var file = Path.Combine(_folder.Path, "ada.jsonl");

        Assert.Equal((ExitCodes.Done, $"3 documents are in {file}.", ""), await RunAsync("export", "--user", "ada", "--bot", "listener", "--out", file));
        var (exitCode, _, error) = await RunAsync("export", "--user", "ada", "--bot", "listener", "--out", file);

        Assert.Equal(3, (await File.ReadAllLinesAsync(file)).Length);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.StartsWith("everturn: ET6033", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bot_that_is_misspelt_is_not_taken_for_one_that_keeps_nothing()
    {
        await TalkAsync();

        var (exitCode, _, error) = await RunAsync("erase", "--user", "ada", "--bot", "lisener", "--yes");

        Assert.Equal((ExitCodes.Usage, "everturn: ET6032: the store holds nothing of a bot 'lisener'. It holds: listener."), (exitCode, error));
    }

    [Fact]
    public async Task Record_that_cannot_be_read_is_named_and_the_exit_code_says_so()
    {
        await TalkAsync();
        await using (var store = new SqliteStore(new() { File = Store }))
        {
            await store.SaveAsync("listener/directline/conversation/locked", "{\"protected\":\"AAAA\"}"u8.ToArray(), null, null);
        }

        var (exitCode, output, error) = await RunAsync("erase", "--user", "ada", "--bot", "listener", "--yes");

        Assert.Equal(ExitCodes.Failed, exitCode);
        Assert.Contains("ended        1", output, StringComparison.Ordinal);
        Assert.Contains("listener/directline/conversation/locked: ET1037", error, StringComparison.Ordinal);
        Assert.Contains("ET1033", error, StringComparison.Ordinal);
        Assert.Contains("everturn: ET6031: 1 documents are left.", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export", "--bot", "listener")]
    [InlineData("erase", "--user", "ada")]
    public async Task Line_that_lacks_what_it_needs_is_refused(params string[] args) =>
        Assert.Equal(ExitCodes.Usage, (await RunAsync(args)).ExitCode);

    public void Dispose() => _folder.Dispose();

    /// <summary>A turn over Direct Line, as a node leaves it.</summary>
    private async Task TalkAsync()
    {
        await using var store = new SqliteStore(new() { File = Store });
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<Everturn.Storage.IStore>(store);
        services.AddEverturnCore(options => options.Bot = "listener").AddBot<Listener>().AddDirectLine();
        await using var provider = services.BuildServiceProvider();
        var activity = new Activity
        {
            Type = ActivityTypes.Message,
            Id = "1",
            ChannelId = "directline",
            ServiceUrl = "urn:everturn:directline",
            Conversation = new() { Id = "c" },
            From = new() { Id = "ada" },
            Recipient = new() { Id = "listener" },
            Text = "hello",
        };
        var engine = provider.GetRequiredService<ITurnEngine>();
        Assert.IsType<TurnOutcome.Committed>(await engine.ProcessAsync(new(ActivityJson.Write(activity), activity) { User = "ada", Echo = true }, CancellationToken.None));
        await Running.Eventually.IsAsync(
            async () => await store.LoadAsync("listener/directline/conversation/c", CancellationToken.None) is { } record ? System.Text.Encoding.UTF8.GetString(record.Content.Span) : "",
            record => record.Contains("\"outbox\":[]", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20));
    }

    private static async Task<string> ContentAsync(SqliteStore store)
    {
        var all = "";
        foreach (var key in await store.ListKeysAsync("", null, 100, default))
        {
            all += System.Text.Encoding.UTF8.GetString((await store.LoadAsync(key, default))!.Content.Span);
        }

        return all;
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await EverturnCommand.RunAsync(["data", .. args, "--store", "sqlite:" + Store], output, error);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }

    private sealed class Listener : ActivityHandler
    {
        protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            (await turn.GetUserStateAsync(cancellationToken)).Set("said", turn.Activity.Text);
            turn.ConversationState.Set("said", turn.Activity.Text);
        }
    }
}
