using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.AspNetCore.Tests;

/// <summary>A node in this process with the real server on a free port.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestNode(WebApplication app, LogRecorder log)
    {
        _app = app;
        Log = log;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public LogRecorder Log { get; }

    public WebApplication App => _app;

    public Uri Url => Http.BaseAddress!;

    public static async Task<TestNode> StartAsync(
        Action<IServiceCollection>? services = null, Action<WebApplication>? map = null, params (string Key, string Value)[] settings)
    {
        var log = new LogRecorder();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration
            .AddInMemoryCollection([new("Everturn:Node", "node-1"), new("Everturn:Region", "here"), new("Everturn:ShutdownNotice", "00:00:00")])
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Everturn:" + setting.Key, (string?)setting.Value)));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddEverturn().AddBot<EchoBot>();
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapBot();
        map?.Invoke(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new(app, log);
    }

    public Task<HttpResponseMessage> PostAsync(string json, string contentType = "application/json", string path = "/api/messages")
    {
        var content = new StringContent(json, Encoding.UTF8);
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return Http.PostAsync(path, content);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
