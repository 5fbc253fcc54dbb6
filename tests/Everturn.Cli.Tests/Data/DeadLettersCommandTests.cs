using Everturn.Activities;
using Everturn.Cli.Commands;
using Everturn.Cli.Tests.Running;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Hosting;
using Everturn.Storage;
using Everturn.Storage.Sqlite;
using Everturn.Turns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.Cli.Tests.Data;

public sealed class DeadLettersCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly Recorder _channel = new();

    private string Store => Path.Combine(_folder.Path, "bot.db");

    [Fact]
    public async Task Letter_is_listed_shown_and_replayed_once()
    {
        await RunNodeAsync(isMended: false, until: letters => letters == 1);

        var (_, list, _) = await RunAsync("list");
        var id = list.Split(' ')[0];
        var (_, shown, _) = await RunAsync("show", id);
        var replayed = await RunAsync("replay", id);
        var again = await RunAsync("replay", id);

        Assert.Contains("activity  test/c  help me out", list, StringComparison.Ordinal);
        Assert.Contains("Attempt 1 failed: InvalidOperationException: boom", shown, StringComparison.Ordinal);
        Assert.Contains("\"text\":\"help me\\nout\"", shown, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, "It is put back; the bot's nodes take it from there.", ""), replayed);
        Assert.Equal(ExitCodes.Failed, again.ExitCode);
        Assert.StartsWith("everturn: ET6034", again.Error, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Done, "There are no dead letters.", ""), await RunAsync("list"));

        await RunNodeAsync(isMended: true, until: _ => _channel.Texts.Count == 1);
        Assert.Equal(["helped"], _channel.Texts);
    }

    [Fact]
    public async Task Letter_that_is_dropped_is_gone()
    {
        await RunNodeAsync(isMended: false, until: letters => letters == 1);
        var id = (await RunAsync("list")).Output.Split(' ')[0];

        Assert.Equal((ExitCodes.Done, "It is deleted.", ""), await RunAsync("drop", id));

        Assert.StartsWith("everturn: ET6034", (await RunAsync("show", id)).Error, StringComparison.Ordinal);
        Assert.StartsWith("everturn: ET6034", (await RunAsync("drop", id)).Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a node of a queued bot until something is so; the first one also gets an activity.</summary>
    private async Task RunNodeAsync(bool isMended, Func<int, bool> until)
    {
        await using var store = new SqliteStore(new() { File = Store });
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(Random.Shared);
        services.AddSingleton<IStore>(store);
        services.AddSingleton<IChannel>(_channel);
        services.AddSingleton(new Patient(isMended));
        services.AddEverturnCore(options =>
        {
            options.Bot = "helpdesk";
            options.MaxAttempts = 1;
            options.RecoveryInterval = TimeSpan.FromMilliseconds(50);
        }).AddQueuedBot<HelpBot>();
        await using var provider = services.BuildServiceProvider();
        foreach (var service in provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>())
        {
            await service.StartAsync(CancellationToken.None);
        }

        if (!isMended)
        {
            var activity = new Activity
            {
                Type = ActivityTypes.Message,
                Id = "1",
                ChannelId = "test",
                ServiceUrl = "test:",
                Conversation = new() { Id = "c" },
                Text = "help me\nout",
            };
            Assert.IsType<TurnOutcome.Queued>(await provider.GetRequiredService<ITurnEngine>().ProcessAsync(new(ActivityJson.Write(activity), activity), CancellationToken.None));
        }

        var letters = provider.GetRequiredService<IDeadLetters>();
        await Eventually.IsAsync(async () => await letters.ListAsync().CountAsync(), count => until(count), TimeSpan.FromSeconds(20));
        // The letter is there before the activity has left its conversation.
        await Eventually.IsAsync(
            async () => System.Text.Encoding.UTF8.GetString((await store.LoadAsync("helpdesk/test/conversation/c", CancellationToken.None))!.Content.Span),
            record => !record.Contains("\"queue\"", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20));
        foreach (var service in provider.GetServices<Microsoft.Extensions.Hosting.IHostedService>())
        {
            await service.StopAsync(CancellationToken.None);
        }
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var exitCode = await EverturnCommand.RunAsync(["deadletters", .. args, "--bot", "helpdesk", "--store", "sqlite:" + Store], output, error);
        return (exitCode, output.ToString().TrimEnd(), error.ToString().TrimEnd());
    }

    private sealed record Patient(bool IsMended);

    private sealed class HelpBot(Patient patient) : ActivityHandler
    {
        protected override async Task OnMessageActivityAsync(TurnContext turn, CancellationToken cancellationToken)
        {
            if (!patient.IsMended)
            {
                throw new InvalidOperationException("boom");
            }

            await turn.SendActivityAsync("helped", cancellationToken);
        }
    }

    private sealed class Recorder : IChannel
    {
        private readonly List<string> _texts = [];

        public IReadOnlyList<string> Texts
        {
            get
            {
                lock (_texts)
                {
                    return [.. _texts];
                }
            }
        }

        public bool Serves(string channelId, string serviceUrl) => true;

        public ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
            ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken)
        {
            lock (_texts)
            {
                _texts.AddRange(rows.Select(row => ActivityJson.Read(row.Activity.Span).Text ?? ""));
            }

            return new([.. rows.Select(_ => new DeliveryOutcome.Delivered(null))]);
        }

        public ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => default;
    }
}
