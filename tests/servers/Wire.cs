using System.Collections.Concurrent;

namespace Everturn.Storage.Servers;

/// <summary>What goes over the wire: it notes every request, and a test may answer in the server's place or lose an answer.</summary>
internal sealed class Wire(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private readonly ConcurrentQueue<(string Method, string Address)> _requests = new();

    public Wire()
        : this(new SocketsHttpHandler())
    {
    }

    /// <summary>Every request so far: its method, and its path with the query.</summary>
    public IReadOnlyList<(string Method, string Address)> Requests => [.. _requests];

    /// <summary>Called for each request with what sends it on; null sends it on.</summary>
    public Func<HttpRequestMessage, Func<Task<HttpResponseMessage>>, Task<HttpResponseMessage>>? Intercept { get; set; }

    public void Forget() => _requests.Clear();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        _requests.Enqueue((request.Method.Method, Uri.UnescapeDataString(request.RequestUri!.PathAndQuery)));
        return Intercept is { } intercept
            ? intercept(request, () => base.SendAsync(request, cancellationToken))
            : base.SendAsync(request, cancellationToken);
    }
}
