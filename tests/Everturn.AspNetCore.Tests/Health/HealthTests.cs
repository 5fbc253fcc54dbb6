using System.Net;
using System.Text.Json;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Everturn.AspNetCore.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public async Task Node_whose_store_answers_is_ready()
    {
        await using var node = await TestNode.StartAsync();

        using var answer = await node.Http.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"status":"ready","node":"node-1","region":"here"}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task Node_whose_store_fails_is_unready_and_alive()
    {
        var store = new ObservedStore { Load = () => throw new IOException("disk gone") };
        await using var node = await StartAsync(store);

        using var ready = await node.Http.GetAsync("/health/ready");
        using var live = await node.Http.GetAsync("/health/live");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using var json = JsonDocument.Parse(await ready.Content.ReadAsStringAsync());
        Assert.Equal("unready", json.RootElement.GetProperty("status").GetString());
        Assert.Contains("disk gone", json.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
    }

    [Fact]
    public async Task Node_with_a_degraded_part_says_so_and_is_ready()
    {
        var part = new LamePart { Degradation = "ET0: lame" };
        await using var node = await TestNode.StartAsync(services => services.AddSingleton<INodePart>(part).AddSingleton<INodePart>(new LamePart()));

        using var answer = await node.Http.GetAsync("/health/ready");
        part.Degradation = null;

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"status":"degraded","node":"node-1","region":"here","degradations":["ET0: lame"]}""", await answer.Content.ReadAsStringAsync());
        Assert.Contains("\"ready\"", await node.Http.GetStringAsync("/health/ready"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_whose_store_hangs_is_unready_in_time_and_asks_it_once()
    {
        var hanging = new TaskCompletionSource();
        var store = new ObservedStore { Load = () => hanging.Task };
        await using var node = await StartAsync(store, ("ReadinessTimeout", "00:00:00.100"));

        for (var probe = 0; probe < 3; probe++)
        {
            using var answer = await node.Http.GetAsync("/health/ready");
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        Assert.Equal(1, store.Loads);
        hanging.SetResult();
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await node.Http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task Store_that_blocks_its_caller_does_not_block_the_node()
    {
        using var release = new ManualResetEventSlim();
        var store = new ObservedStore
        {
            Load = () =>
            {
                release.Wait();
                return Task.CompletedTask;
            },
        };
        await using var node = await StartAsync(store, ("ReadinessTimeout", "00:00:00.100"));

        using var answer = await node.Http.GetAsync("/health/ready");
        release.Set();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
    }

    [Fact]
    public async Task Many_probes_at_once_are_one_read()
    {
        var store = new ObservedStore();
        var clock = new StoppedClock();
        await using var node = await TestNode.StartAsync(services => services.AddSingleton<IStore>(store).AddSingleton<TimeProvider>(clock));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await node.Http.GetAsync("/health/ready")).Dispose()));
        Assert.Equal(1, store.Loads);

        clock.Advance(TimeSpan.FromMilliseconds(201));
        using var later = await node.Http.GetAsync("/health/ready");
        Assert.Equal(2, store.Loads);
    }

    [Fact]
    public async Task Stopping_node_serves_until_a_probe_has_seen_it()
    {
        await using var node = await TestNode.StartAsync(settings: ("ShutdownNotice", "00:00:30"));
        using (var before = await node.Http.GetAsync("/health/ready"))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        var stop = node.App.StopAsync();
        HttpStatusCode seen = default;
        await Eventually.TrueAsync(async () =>
        {
            using var answer = await node.Http.GetAsync("/health/ready");
            seen = answer.StatusCode;
            return seen != HttpStatusCode.OK;
        });

        Assert.Equal(HttpStatusCode.ServiceUnavailable, seen);
        await stop.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Stopping_node_that_nobody_probes_stops_at_once()
    {
        await using var node = await TestNode.StartAsync(settings: ("ShutdownNotice", "00:01:00"));

        await node.App.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Second_bot_of_a_program_shares_the_health_endpoints()
    {
        await using var node = await TestNode.StartAsync(map: app => app.MapBot("/other/messages"));

        using var live = await node.Http.GetAsync("/health/live");
        using var other = await node.PostAsync("{}", path: "/other/messages");

        Assert.Equal(HttpStatusCode.OK, live.StatusCode);
        await Errors.AssertAsync(other, HttpStatusCode.BadRequest, "ET3007");
    }

    private static Task<TestNode> StartAsync(ObservedStore store, params (string Key, string Value)[] settings) =>
        TestNode.StartAsync(services => services.AddSingleton<IStore>(store), settings: settings);

    /// <summary>A memory store whose reads a test counts and delays.</summary>
    private sealed class ObservedStore : IStore
    {
        private readonly MemoryStore _inner = new(new Random(1));
        private int _loads;

        public Func<Task> Load { get; init; } = () => Task.CompletedTask;

        public int Loads => _loads;

        public async ValueTask<StoredDocument?> LoadAsync(string key, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _loads);
            await Load();
            return await _inner.LoadAsync(key, cancellationToken);
        }

        public ValueTask<SaveResult> SaveAsync(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
            _inner.SaveAsync(key, content, expected, due);

        public ValueTask<bool> DeleteAsync(string key, ETag expected) => _inner.DeleteAsync(key, expected);

        public ValueTask<IReadOnlyList<string>> ListDueAsync(
            string scope, DateTimeOffset now, string? after, int limit, CancellationToken cancellationToken) =>
            _inner.ListDueAsync(scope, now, after, limit, cancellationToken);

        public ValueTask<IReadOnlyList<string>> ListKeysAsync(string prefix, string? after, int limit, CancellationToken cancellationToken) =>
            _inner.ListKeysAsync(prefix, after, limit, cancellationToken);
    }

    /// <summary>Time that passes when a test says so; timers run as ever.</summary>
    private sealed class StoppedClock : TimeProvider
    {
        private long _timestamp;

        public override long GetTimestamp() => Interlocked.Read(ref _timestamp);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _timestamp, (long)(time.TotalSeconds * TimestampFrequency));
    }

    private sealed class LamePart : INodePart
    {
        public string? Degradation { get; set; }
    }
}
