using System.Net;
using System.Net.Http.Headers;

namespace Everturn.AspNetCore.Connector;

/// <summary>The stored bytes of an activity on their way, which know whether any have left.</summary>
internal sealed class ConnectorContent : HttpContent
{
    private readonly ReadOnlyMemory<byte> _json;

    public ConnectorContent(ReadOnlyMemory<byte> json)
    {
        _json = json;
        Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
    }

    /// <summary>Whether sending has begun: before that, a failure proves that the channel has nothing.</summary>
    public bool HasBegun { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        HasBegun = true;
        return stream.WriteAsync(_json, cancellationToken).AsTask();
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _json.Length;
        return true;
    }
}
