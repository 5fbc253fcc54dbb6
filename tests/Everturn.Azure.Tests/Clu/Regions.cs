using Everturn.Azure.Clu;
using Everturn.Language;
using Everturn.Language.Local;
using Everturn.Language.Projects;
using Microsoft.Extensions.Logging;

namespace Everturn.Azure.Tests.Clu;

/// <summary>The service in three regions, and a node in the second of them.</summary>
internal sealed class Regions : IAsyncDisposable
{
    public const string Text = "Book 2 rooms in Rome 🏛 for ABC";

    private Regions(PlayedClu[] services, CluRecognizer recognizer, LeapingClock clock, LogRecorder log) =>
        (Services, Recognizer, Clock, Log) = (services, recognizer, clock, log);

    public PlayedClu[] Services { get; }

    public PlayedClu Other => Services[0];

    public PlayedClu Own => Services[1];

    public PlayedClu Third => Services[2];

    public CluRecognizer Recognizer { get; }

    public LeapingClock Clock { get; }

    public LogRecorder Log { get; }

    public static LocalRecognizer Local { get; } = new(new LanguageProject
    {
        Name = "local",
        Language = "en",
        Intents = ["BookHotel", "Cancel"],
        Entities = [],
        Utterances = [new() { Text = "book a room", Intent = "BookHotel", Language = "en" }, new() { Text = "cancel it", Intent = "Cancel", Language = "en" }],
    });

    public static async Task<Regions> StartAsync(Action<CluRecognizerOptions>? configure = null, bool local = true, string region = "WestEurope")
    {
        PlayedClu[] services = [await PlayedClu.StartAsync("eastus"), await PlayedClu.StartAsync("westeurope"), await PlayedClu.StartAsync("koreacentral")];
        var options = new CluRecognizerOptions { Project = "Travel" };
        foreach (var service in services) options.Endpoints.Add(new() { Region = service.Region, Address = service.Address, Key = "key-of-" + service.Region });
        configure?.Invoke(options);
        var (clock, log) = (new LeapingClock(), new LogRecorder());
        return new(services, new(options, region, local ? Local : null, http: null, clock, new Logger<CluRecognizer>(new LoggerFactory([log]))), clock, log);
    }

    public ValueTask<RecognizerResult> AskAsync(string? locale = null) => Recognizer.RecognizeAsync(Text, locale, TestContext.Current.CancellationToken);

    /// <summary>How many requests each region has had.</summary>
    public int[] Asked => [.. Services.Select(service => service.Requests.Count)];

    public async ValueTask DisposeAsync()
    {
        Recognizer.Dispose();
        foreach (var service in Services) await service.DisposeAsync();
    }
}
