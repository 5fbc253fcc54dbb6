using AgentBot.Agents;
using AgentBot.Travel;
using Everturn.Hosting;
using Everturn.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace AgentBot.Tests;

/// <summary>The node dies at each moment of an agent's turn; another one goes on, and the user notices nothing.</summary>
public sealed class CrashTests : IDisposable
{
    private static readonly string[] Steps = ["model-1", "tool-1-1", "model-2", "tool-2-1", "model-3", "tool-3-1", "model-4"];

    private readonly AgencyFolder _agency = new();
    private int _modelCalls;

    public static TheoryData<string, string> Moments
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var moment in (string[])["BeforeCommit", "AfterCommit", "BeforeDelivery", "AfterDelivery"])
            {
                data.Add(moment, "");
            }

            foreach (var step in Steps)
            {
                data.Add("BeforeStep", step);
                data.Add("AfterStepCall", step);
                data.Add("AfterStep", step);
            }

            return data;
        }
    }

    public void Dispose() => _agency.Dispose();

    [Theory]
    [MemberData(nameof(Moments))]
    public async Task Trip_is_booked_and_paid_once_and_answered_once(string moment, string step)
    {
        await using var bot = Create();

        bot.Next.Crash(moment switch
        {
            "BeforeCommit" => CrashPoint.BeforeCommit,
            "AfterCommit" => CrashPoint.AfterCommit,
            "BeforeDelivery" => CrashPoint.BeforeDelivery,
            "AfterDelivery" => CrashPoint.AfterDelivery,
            "BeforeStep" => CrashPoint.BeforeStep(step),
            "AfterStepCall" => CrashPoint.AfterStepCall(step),
            _ => CrashPoint.AfterStep(step),
        });
        await bot.SendAsync("book a trip to Oslo for 2 and pay");

        await bot.ExpectAsync(reply => reply.Text?.StartsWith("[scripted] Reserved and paid: Oslo", StringComparison.Ordinal) is true, "that it is paid");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal((1, 1), (_agency.Reservations, _agency.Payments));
        // Only a call that has returned and is not in the journal is made again, with the same key.
        Assert.Equal((moment, step) is ("AfterStepCall", "tool-2-1" or "tool-3-1") ? 3 : 2, _agency.Calls.Count);
        Assert.Equal(2, _agency.Calls.Distinct(StringComparer.Ordinal).Count());
        Assert.Equal(moment == "AfterStepCall" && step.StartsWith("model", StringComparison.Ordinal) ? 5 : 4, _modelCalls);
    }

    [Fact]
    public async Task Turn_of_a_minute_is_answered_once_though_its_node_dies()
    {
        await using var bot = Create(options => options.Patience = TimeSpan.FromMinutes(5), ("WordDelay", "0:0:1"));

        bot.Next.Crash(CrashPoint.AfterStepCall("model-1"));
        await bot.SendAsync("count to 60");

        await bot.ExpectAsync("[scripted] " + string.Join(' ', Enumerable.Range(1, 60)));
        await bot.ExpectNothingMoreAsync();
        Assert.Equal(2, _modelCalls);
    }

    [Fact]
    public async Task Nothing_is_called_outside_of_steps()
    {
        await using var bot = Create().MustBeRerunnable();

        await bot.SendAsync("book a trip to Oslo for 2");
        await bot.ExpectAsync(reply => reply.Text?.StartsWith("[scripted] Reserved: Oslo", StringComparison.Ordinal) is true, "that it is reserved");
        await bot.SendAsync("what did I say?");
        await bot.ExpectAsync("[scripted] I see 2 things that you have said. The first is: book a trip to Oslo for 2");
        await bot.ExpectNothingMoreAsync();
        Assert.Equal((1, 4), (_agency.Calls.Count, _modelCalls));
    }

    private TestBot Create(Action<TestBotOptions>? configure = null, params (string Name, string Value)[] settings)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Agent:Agency", (string?)_agency.Path), .. settings.Select(setting => KeyValuePair.Create($"Agent:{setting.Name}", (string?)setting.Value))])
            .Build().GetSection("Agent");
        return TestBot.Create(
            services =>
            {
                services.AddEverturnCore().AddQueuedBot<TravelBot>();
                services.AddAgent(section, TravelBot.Instructions).AddFakeTravelAgency(section);
                services.AddSingleton(provider => TestBot.External<IChatClient>(new CountingModel(
                    new ScriptedModel(provider.GetRequiredService<AgentOptions>(), provider.GetRequiredService<TimeProvider>()), () => _modelCalls++)));
                services.AddSingleton(provider => TestBot.External<ITravelAgency>(
                    new FakeTravelAgency(_agency.Path, TimeSpan.Zero, provider.GetRequiredService<TimeProvider>())));
            },
            configure);
    }

    /// <summary>Counts the calls of another model.</summary>
    private sealed class CountingModel(IChatClient model, Action count) : DelegatingChatClient(model)
    {
        public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            count();
            return base.GetStreamingResponseAsync(messages, options, cancellationToken);
        }
    }
}
