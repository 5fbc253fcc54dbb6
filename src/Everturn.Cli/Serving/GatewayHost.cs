using Everturn.Cli.Admin;
using Everturn.Cli.Cluster;
using Everturn.Gateway;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Everturn.Cli.Serving;

/// <summary>The cluster's one address, in this process: gateway, page and admin API.</summary>
internal sealed class GatewayHost : IAsyncDisposable
{
    // Open streams have no end of their own; cutting them is what tells their clients.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;

    private GatewayHost(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    /// <summary>Where clients go, for instance <c>http://localhost:3978</c>.</summary>
    public string Url { get; }

    /// <exception cref="CliException">The port cannot be had.</exception>
    public static async Task<GatewayHost> StartAsync(int port, IReadOnlyList<string> regions, ClusterWatch watch, string logFile)
    {
        const int Attempts = 5;
        for (var attempt = 1; ; attempt++)
        {
            // The system has no call for "a port that is free on both loopback addresses": guess one, and guess again if it is taken.
            var chosen = port == 0 ? LoopbackPort.Guess() : port;
            var app = Build(chosen, regions, watch, logFile);
            try
            {
                watch.Attach(app.Services.GetRequiredService<GatewayTopology>(), LoopbackPort.Url(chosen));
                await app.StartAsync();
                return new(app, LoopbackPort.Url(chosen));
            }
            catch (IOException exception)
            {
                await app.DisposeAsync();
                if (port != 0 || attempt == Attempts)
                {
                    throw LoopbackPort.Unavailable(chosen, exception);
                }
            }
        }
    }

    /// <summary>Takes no more requests, and gives those under way a moment.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Its patience is over; what is still open ends with it.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }

    private static WebApplication Build(int port, IReadOnlyList<string> regions, ClusterWatch watch, string logFile)
    {
        // Not the working directory: an appsettings.json that lies there belongs to somebody else.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(new FileLoggerProvider(logFile));
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = StopPatience);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            LoopbackPort.Listen(kestrel, port);
        });
        builder.Services.AddEverturnGateway(options =>
        {
            foreach (var region in regions)
            {
                options.Regions.Add(new GatewayRegion { Name = region });
            }
        });

        var app = builder.Build();
        app.UsePage();
        app.UseRouting();
        app.MapEverturnGateway();
        app.MapAdmin(watch);
        return app;
    }

    // Signals are the business of `up` as a whole.
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
