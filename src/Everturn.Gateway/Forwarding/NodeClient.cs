using System.Diagnostics;
using System.Net;
using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace Everturn.Gateway.Forwarding;

/// <summary>The connections to the nodes, shared by requests, probes and streams.</summary>
internal sealed class NodeClient : IDisposable
{
    public NodeClient()
    {
        Invoker = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
            EnableMultipleHttp2Connections = false,
            // Well below the 130 s after which Kestrel closes an idle connection, so that no request meets a closing one.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
            // As Kestrel reads and writes them: what a client sends must not fail here.
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        });
    }

    public HttpMessageInvoker Invoker { get; }

    public void Dispose() => Invoker.Dispose();
}
