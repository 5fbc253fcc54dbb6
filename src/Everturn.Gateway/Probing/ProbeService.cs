using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Everturn.Gateway.Forwarding;
using Everturn.Gateway.Topology;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Everturn.Gateway.Probing;

/// <summary>Asks each node's /health/ready again and again, and tells the topology what it found.</summary>
internal sealed class ProbeService(GatewayTopology topology, NodeClient client, IOptions<GatewayOptions> options, TimeProvider time)
    : BackgroundService
{
    private const int MaxReasonBytes = 4096;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var entry in topology.Registrations.ReadAllAsync(stoppingToken))
        {
            _ = ProbeUntilRetiredAsync(entry, stoppingToken);
        }
    }

    private async Task ProbeUntilRetiredAsync(NodeEntry entry, CancellationToken stoppingToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(entry.Retired, stoppingToken);
        try
        {
            while (!ended.IsCancellationRequested)
            {
                var nudged = entry.Nudged;
                if (await ProbeAsync(entry, ended.Token))
                {
                    await Task.WhenAny(nudged, Task.Delay(options.Value.ProbeInterval, time, ended.Token));
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
    }

    /// <returns>Whether the probe said anything about the node.</returns>
    private async Task<bool> ProbeAsync(NodeEntry entry, CancellationToken ended)
    {
        var patience = options.Value.ProbeTimeout;
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, ended);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, entry.Url + "/health/ready");
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using var response = await client.Invoker.SendAsync(request, either.Token);
            var latency = time.GetElapsedTime(started);
            if (response.Headers.TryGetValues("Everturn-Node", out var names) && names.First() is var name && name != entry.Name)
            {
                // A port is soon taken again: this may be a node of another cluster.
                topology.Report(entry, started, NodeState.Dead, $"node '{name}' answers at its address", latency: null);
            }
            else if (response.StatusCode == HttpStatusCode.OK)
            {
                topology.Report(entry, started, NodeState.Ready, reason: null, latency);
            }
            else
            {
                topology.Report(entry, started, NodeState.Unready, await ReadReasonAsync(response, either.Token), latency);
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        catch (OperationCanceledException)
        {
            // When the timer itself comes far too late, it is this process that was paused or starved, not the node.
            if (time.GetElapsedTime(started) > patience + patience)
            {
                return false;
            }

            topology.Report(entry, started, NodeState.Silent, FormattableString.Invariant($"no answer within {patience.TotalMilliseconds:0} ms"), latency: null);
        }
        catch (Exception exception)
        {
            // Refused or broken off: who resets a probe is not fit for requests.
            topology.Report(entry, started, NodeState.Dead, exception.Message.TrimEnd('.'), latency: null);
        }

        return true;
    }

    private static async Task<string> ReadReasonAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var status = $"it answers {(int)response.StatusCode}";
        var buffer = ArrayPool<byte>.Shared.Rent(MaxReasonBytes);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            var read = await body.ReadAtLeastAsync(buffer.AsMemory(0, MaxReasonBytes), MaxReasonBytes, throwOnEndOfStream: false, cancellationToken);
            using var json = JsonDocument.Parse(buffer.AsMemory(0, read));
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String
                    ? reason.GetString() ?? status
                    : status;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return status;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
