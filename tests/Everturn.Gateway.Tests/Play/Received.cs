namespace Everturn.Gateway.Tests.Play;

/// <summary>A request as a played node got it.</summary>
internal sealed record Received(string Node, string Method, string Path, string RequestId, string Body, IReadOnlyDictionary<string, string> Headers);
