using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Everturn.Activities;
using Everturn.Storage;
using Spectre.Console;
using Activity = Everturn.Activities.Activity;

namespace Everturn.Bench;

/// <summary>The engine in this process over the memory store, beside the usual adapter over the same store.</summary>
internal static class EngineBench
{
    private const int Turns = 20_000;
    private const int Conversations = 100;
    private const int Flood = 64;

    public static async Task AddRowsAsync(Table table)
    {
        await using var node = new BenchNode();
        await RunEngineAsync(node, "steady", 2_000, first: -2_000);
        await RunUsualAsync(2_000);

        var (loads, saves) = (node.Store.Loads, node.Store.Saves);
        var engine = await RunEngineAsync(node, "steady", Turns);
        table.AddRow("store writes per steady turn", Number((node.Store.Saves - saves) / (double)Turns), "1");
        table.AddRow("store reads per steady turn", Number((node.Store.Loads - loads) / (double)Turns), "0");

        var usual = await RunUsualAsync(Turns);
        table.AddRow("time of a turn, engine / usual adapter (load, run, send, save)", Number(engine / usual), "no bound");

        var before = node.Runs;
        await Task.WhenAll(Enumerable.Range(0, Flood).Select(number => Task.Run(() => node.SendAsync("flood", number))));
        table.AddRow($"runs of the bot per message, {Flood} at once", Number((node.Runs - before) / (double)Flood), "1.1");
    }

    private static async Task<double> RunEngineAsync(BenchNode node, string conversation, int turns, int first = 0)
    {
        var watch = Stopwatch.StartNew();
        for (var number = first; number < first + turns; number++)
        {
            await node.SendAsync($"{conversation}-{Math.Abs(number % Conversations)}", number);
        }

        return watch.Elapsed.TotalSeconds;
    }

    // What the SDKs do: load the state, run, send at once, save last, with no regard to others.
    private static async Task<double> RunUsualAsync(int turns)
    {
        var store = new MemoryStore(Random.Shared);
        var etags = new ETag?[Conversations];
        var watch = Stopwatch.StartNew();
        for (var number = 0; number < turns; number++)
        {
            var key = $"bench/usual/state/{number % Conversations}";
            var inbound = ActivityJson.Read(BenchNode.Message("usual", number).Json.Span);
            var loaded = await store.LoadAsync(key, default);
            var count = loaded is null ? 0 : JsonSerializer.Deserialize<int>(loaded.Content.Span);
            _ = ActivityJson.Write(new Activity { Type = "message", Text = (count + 1).ToString(CultureInfo.InvariantCulture), ReplyToId = inbound.Id });
            var saved = await store.SaveAsync(key, JsonSerializer.SerializeToUtf8Bytes(count + 1), etags[number % Conversations], null);
            etags[number % Conversations] = saved.ETag;
        }

        return watch.Elapsed.TotalSeconds;
    }

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
