using System.Diagnostics;
using System.Text.Json;

namespace Everturn.Cli.Tests.HighAvailability;

/// <summary>Three PostgreSQL servers under Patroni, one in each region, which agree over three members of etcd.</summary>
internal sealed class DatabaseCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly string _directory;

    private DatabaseCluster(string directory, IReadOnlyList<string> regions)
    {
        _directory = directory;
        var ports = Servers.FreePorts(regions.Count * DatabaseMember.Ports);
        Members = [.. regions.Select((region, at) => new DatabaseMember(
            region, Path.Combine(directory, region), ports[(at * DatabaseMember.Ports)..((at + 1) * DatabaseMember.Ports)]))];
    }

    public IReadOnlyList<DatabaseMember> Members { get; }

    /// <summary>What <c>Everturn:Store</c> is set to.</summary>
    public string Store => $"postgres:Host={string.Join(',', Members.Select(member => $"127.0.0.1:{member.PostgresPort}"))};Username=postgres;Database=postgres";

    public static async Task<DatabaseCluster> StartAsync(IReadOnlyList<string> regions)
    {
        var cluster = new DatabaseCluster(await Servers.NewDirectoryAsync(regions), regions);
        try
        {
            await cluster.HealAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public DatabaseMember Member(string region) => Members.Single(member => member.Region == region);

    /// <summary>Starts what is dead, and waits until every server is there and a standby is synchronous.</summary>
    public async Task HealAsync()
    {
        foreach (var member in Members)
        {
            member.StartEtcd(Members);
        }

        foreach (var member in Members)
        {
            member.StartPatroni(Members);
        }

        await UntilAsync(
            servers => servers.Count == Members.Count && servers.All(server => server.IsRunning && server.Timeline == servers[0].Timeline)
                && servers.Count(server => server.Role == "leader") == 1 && servers.Any(server => server.Role == "sync_standby"),
            "a primary, a synchronous standby and another standby");
    }

    /// <summary>Waits until a region has the primary, other than this one, and gives it.</summary>
    public async Task<string> PrimaryAsync(string? except = null) =>
        (await UntilAsync(
            servers => servers.Any(server => server.IsPrimary && server.Region != except), $"a primary{(except is null ? "" : $" that is not in {except}")}", except))
        .First(server => server.IsPrimary && server.Region != except).Region;

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.KillAsync();
        }

        _http.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<IReadOnlyList<Server>> UntilAsync(Func<IReadOnlyList<Server>, bool> condition, string expectation, string? except = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var servers = await ReadAsync(except);
            if (condition(servers))
            {
                return servers;
            }

            if (clock.Elapsed > Patience)
            {
                Assert.Fail($"Not within {Patience}: {expectation}. There are: {string.Join(", ", servers)}\n{string.Concat(Members.Select(member => member.Tail()))}");
            }

            await Task.Delay(Interval, CancellationToken.None);
        }
    }

    // What any Patroni says of all.
    private async Task<IReadOnlyList<Server>> ReadAsync(string? except)
    {
        foreach (var member in Members.Where(member => member.Region != except))
        {
            try
            {
                using var answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(member.Api, "cluster")));
                return [.. answer.RootElement.GetProperty("members").EnumerateArray().Select(Server.Of)];
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException)
            {
                // It is dead, or not there yet: the next one knows.
            }
        }

        return [];
    }

    private sealed record Server(string Region, string Role, string State, int Timeline)
    {
        public bool IsRunning => State is "running" or "streaming";

        public bool IsPrimary => IsRunning && Role == "leader";

        public static Server Of(JsonElement member) => new(
            Text(member, "name"), Text(member, "role"), Text(member, "state"),
            member.TryGetProperty("timeline", out var timeline) && timeline.ValueKind == JsonValueKind.Number ? timeline.GetInt32() : 0);

        private static string Text(JsonElement member, string name) => member.TryGetProperty(name, out var text) ? text.GetString() ?? "" : "";
    }
}
