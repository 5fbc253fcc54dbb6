using System.Net;
using Everturn.AspNetCore;
using Everturn.Azure.Clu;
using Everturn.Azure.Tests.Clu;
using Everturn.Hosting;
using Everturn.Language;
using Everturn.Turns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.Azure.Tests.Hosting;

public sealed class HostingTests
{
    [Fact]
    public async Task Node_whose_own_region_is_down_is_degraded_and_ready()
    {
        await using var own = await PlayedClu.StartAsync("westeurope");
        await using var other = await PlayedClu.StartAsync("eastus");
        own.Fail(500);
        await using var app = NewNode(
            ("Clu:Project", "Travel"),
            ("Clu:Endpoints:0:Region", "eastus"), ("Clu:Endpoints:0:Address", other.Address.ToString()), ("Clu:Endpoints:0:Key", "k0"),
            ("Clu:Endpoints:1:Region", "westeurope"), ("Clu:Endpoints:1:Address", own.Address.ToString()), ("Clu:Endpoints:1:Key", "k1"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        var recognizer = app.Services.GetRequiredService<IRecognizer>();
        using var http = new HttpClient { BaseAddress = new(app.Urls.First()) };

        Assert.Contains("\"ready\"", await http.GetStringAsync("/health/ready", TestContext.Current.CancellationToken), StringComparison.Ordinal);
        for (var time = 0; time < 3; time++) Assert.Equal("eastus", (await recognizer.RecognizeAsync(Regions.Text)).Region);

        using var answer = await http.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var report = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("\"status\":\"degraded\"", report, StringComparison.Ordinal);
        Assert.Contains("ET7009: the language service of westeurope is left alone, and eastus answers instead.", report, StringComparison.Ordinal);
        Assert.IsType<CluRecognizer>(recognizer);
    }

    [Fact]
    public async Task Local_recognizer_is_the_fallback_when_the_program_has_it()
    {
        await using var service = await PlayedClu.StartAsync("westeurope");
        service.Fail(500);
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                """
                {"metadata":{"projectKind":"Conversation","projectName":"p","language":"en"},
                 "assets":{"intents":[{"category":"BookHotel"}],"utterances":[{"text":"book a room","intent":"BookHotel"}]}}
                """,
                TestContext.Current.CancellationToken);
            await using var app = NewNode(
                ("Intents", file), ("Clu:Project", "Travel"), ("Clu:Endpoints:0:Region", "westeurope"), ("Clu:Endpoints:0:Address", service.Address.ToString()), ("Clu:Endpoints:0:Key", "k"));
            await app.StartAsync(TestContext.Current.CancellationToken);

            Assert.Equal("local", (await app.Services.GetRequiredService<IRecognizer>().RecognizeAsync("book a room")).Recognizer);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Wrong_settings_stop_the_start()
    {
        await using var app = NewNode(("Clu:Endpoints:0:Region", "westeurope"));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => app.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("ET7001: Project is empty", exception.Message, StringComparison.Ordinal);
    }

    private static WebApplication NewNode(params (string Name, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var everturn = builder.Services.AddEverturn(options => options.Region = "westeurope").AddBot<SilentBot>();
        if (builder.Configuration["Intents"] is { } file) everturn.AddLocalRecognizer(file);
        everturn.AddCluRecognizer(builder.Configuration.GetSection("Clu").Bind);
        var app = builder.Build();
        app.MapBot();
        return app;
    }

    private sealed class SilentBot : ActivityHandler;
}
