using System.Diagnostics.Tracing;

namespace Everturn.Testing.Bots;

/// <summary>Hears of every request that an HttpClient of this process sends, whatever its handler, and tells the run that sends it.</summary>
internal sealed class HttpCalls : EventListener
{
    private static readonly Lazy<HttpCalls> Listening = new(() => new());

    private HttpCalls()
    {
    }

    /// <summary>Begins to listen, and goes on until the process ends.</summary>
    public static void Listen() => _ = Listening.Value;

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Net.Http")
        {
            EnableEvents(eventSource, EventLevel.Informational);
        }
    }

    // In the flow of control that sends the request.
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName == "RequestStart" && eventData.Payload is [var scheme, var host, var port, string path, ..])
        {
            RunUnderWay.Current?.CallOut(new($"{scheme}://{host}:{port}", path.StartsWith('/') ? path : $"/{path}"));
        }
    }
}
