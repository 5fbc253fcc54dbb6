using Everturn.AspNetCore.Health;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Everturn.AspNetCore.Node;

/// <summary>What a node does as it starts and stops, in this order: choose an address, check it, announce it, give notice.</summary>
internal sealed class NodeLifetime(
    IServer server,
    IConfiguration configuration,
    IOptions<EverturnHostOptions> options,
    LoopbackRule rule,
    Readiness readiness,
    IHostApplicationLifetime lifetime) : IHostedLifecycleService
{
    private const string DefaultAddress = "http://localhost:3978";

    private ICollection<string> Addresses => server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];

    public Task StartingAsync(CancellationToken cancellationToken)
    {
        if (Addresses is { Count: 0, IsReadOnly: false } addresses && !AddressIsConfigured())
        {
            addresses.Add(DefaultAddress);
        }

        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.StopWithParent)
        {
            ParentWatch.Begin(Console.OpenStandardInput(), lifetime.StopApplication);
        }

        return Task.CompletedTask;
    }

    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        // Only now the server says what it really listens on, in whichever way that was configured. Until the host is
        // down again, strangers are turned away one by one.
        if (Addresses.Where(address => !rule.MayListenOn(address)).ToArray() is { Length: > 0 } open)
        {
            throw new InvalidOperationException(
                $"ET3001: this node has no credentials to tell channels from strangers, and listens on {string.Join(", ", open)}. "
                + "Listen on localhost (ASPNETCORE_URLS=http://localhost:3978), or, where something else keeps strangers out, set Everturn:AllowAnonymousRemoteClients to true.");
        }

        if (options.Value.Announce is { Length: > 0 } file)
        {
            await AnnounceFile.WriteAsync(file, Addresses, cancellationToken);
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken) =>
        await readiness.GiveNoticeAsync(options.Value.ShutdownNotice, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool AddressIsConfigured() =>
        configuration["urls"] is { Length: > 0 }
        || configuration["http_ports"] is { Length: > 0 }
        || configuration["https_ports"] is { Length: > 0 }
        || configuration.GetSection("Kestrel:Endpoints").GetChildren().Any();
}
