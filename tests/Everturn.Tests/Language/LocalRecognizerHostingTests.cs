using Everturn.Hosting;
using Everturn.Language;
using Everturn.Language.Local;
using Everturn.Language.Projects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Everturn.Tests.Language;

public sealed class LocalRecognizerHostingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("everturn-intents-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Recognizer_of_a_file_at_the_content_root_is_there_when_the_host_has_started()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "shop.json"), TestProject.Json, TestContext.Current.CancellationToken);
        using var host = NewHost("shop.json", options => options.Name = "shop");

        await host.StartAsync(TestContext.Current.CancellationToken);

        var recognizer = host.Services.GetRequiredService<IRecognizer>();
        Assert.Same(host.Services.GetRequiredService<LocalRecognizer>(), recognizer);
        Assert.Equal(("shop", "Cancel"), (recognizer.Name, (await recognizer.RecognizeAsync("please cancel", cancellationToken: TestContext.Current.CancellationToken)).TopIntent));
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData("missing.json", "ET1120")]
    [InlineData("bad.json", "ET1121")]
    public async Task Bad_file_stops_the_start(string file, string code)
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "bad.json"), "{}", TestContext.Current.CancellationToken);
        using var host = NewHost(file);

        var exception = await Assert.ThrowsAsync<LanguageProjectException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith($"{code}: the intents file '{Path.Combine(_folder, file)}'", exception.Message, StringComparison.Ordinal);
    }

    private IHost NewHost(string file, Action<LocalRecognizerOptions>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new() { ContentRootPath = _folder });
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(Random.Shared);
        builder.Services.AddEverturnCore().AddLocalRecognizer(file, configure);
        return builder.Build();
    }
}
