using System.Net.Http.Headers;
using Everturn.Hosting;
using Everturn.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>A node of a bot: the real engine and channel on Kestrel, on a free port of this machine.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestNode(WebApplication app, RecordingLogger log)
    {
        _app = app;
        Log = log;
        BaseAddress = new Uri(app.Urls.First());
        Http = new HttpClient { BaseAddress = BaseAddress };
    }

    public Uri BaseAddress { get; }

    public HttpClient Http { get; }

    public RecordingLogger Log { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<TestNode> StartAsync(
        IStore? store = null,
        string name = "local-1",
        Action<DirectLineOptions>? configure = null,
        Action<IServiceCollection>? services = null,
        string[]? args = null)
    {
        var builder = WebApplication.CreateSlimBuilder(args ?? []);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var log = new RecordingLogger();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Debug).AddProvider(log);
        builder.Services.AddSingleton(Random.Shared);
        builder.Services.AddSingleton(store ?? new MemoryStore(new Random(1)));
        services?.Invoke(builder.Services);
        builder.Services
            .AddEverturnCore(options =>
            {
                options.Bot = "test-bot";
                options.Node = name;
                options.RecoveryInterval = TimeSpan.FromMilliseconds(100);
            })
            .AddBot<TestBot>()
            .AddDirectLine(options =>
            {
                options.PollInterval = TimeSpan.FromMilliseconds(25);
                configure?.Invoke(options);
            });
        var app = builder.Build();
        app.MapDirectLine();
        await app.StartAsync();
        return new(app, log);
    }

    /// <summary>Starts a conversation as a page does: a token, then the start.</summary>
    public async Task<TestConversation> ConverseAsync(string? user = "dl_ada")
    {
        var token = await TestConversation.NewTokenAsync(Http, user);
        return await TestConversation.StartAsync(Http, token);
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string? bearer, HttpContent? content = null)
    {
        var request = new HttpRequestMessage(method, new Uri(BaseAddress, "/v3/directline" + path)) { Content = content };
        if (bearer is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }

        return request;
    }

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
