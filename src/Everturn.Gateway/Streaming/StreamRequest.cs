using System.Net.WebSockets;
using Everturn.Gateway.Affinity;
using Everturn.Gateway.Forwarding;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Yarp.ReverseProxy.Forwarder;

namespace Everturn.Gateway.Streaming;

/// <summary>A client's request for a stream, and how to ask a node for it, first and again.</summary>
internal sealed class StreamRequest
{
    private static readonly string[] PassedOn = ["Origin", "Authorization", "User-Agent"];
    private readonly PathString _path;
    private readonly QueryString _query;
    private readonly IList<string> _subProtocols;
    private readonly List<(string Name, string Value)> _headers = [];

    public StreamRequest(HttpContext context)
    {
        var request = context.Request;
        Id = RequestId.Stamp(context);
        Key = ConversationKey.Of(request, default) ?? Id;
        (_path, _query) = (request.Path, request.QueryString);
        _subProtocols = context.WebSockets.WebSocketRequestedProtocols;
        Add(RequestId.Header, Id);
        Add("Host", request.Host.Value);
        foreach (var (name, value) in ForwardedHeaders.Of(context))
        {
            Add(name, value);
        }

        foreach (var name in PassedOn)
        {
            Add(name, request.Headers[name]);
        }
    }

    public string Id { get; }

    /// <summary>The conversation.</summary>
    public string Key { get; }

    /// <summary>The watermark of the last frame that the client was sent; null until then.</summary>
    public string? Watermark { get; set; }

    /// <summary>The token for asking again; null until a node has given one.</summary>
    public string? ResumeToken { get; set; }

    public Uri AddressAt(string url)
    {
        var query = _query;
        if (Watermark is not null || ResumeToken is not null)
        {
            var values = QueryHelpers.ParseQuery(_query.Value);
            values["watermark"] = Watermark ?? values.GetValueOrDefault("watermark");
            values["t"] = ResumeToken ?? values.GetValueOrDefault("t");
            query = QueryString.Create(values);
        }

        // "http" to "ws", "https" to "wss".
        return RequestUtilities.MakeDestinationAddress("ws" + url[4..], _path, query);
    }

    public void ApplyTo(ClientWebSocketOptions options)
    {
        foreach (var (name, value) in _headers)
        {
            options.SetRequestHeader(name, value);
        }

        foreach (var protocol in _subProtocols)
        {
            try
            {
                options.AddSubProtocol(protocol);
            }
            catch (ArgumentException)
            {
                // Malformed or named twice: as if the client had not asked for it.
            }
        }
    }

    private void Add(string name, string? value)
    {
        // A handshake takes nothing else, and no client of Direct Line sends anything else here.
        if (!string.IsNullOrEmpty(value) && value.All(c => c is >= ' ' and <= '~'))
        {
            _headers.Add((name, value));
        }
    }
}
