using System.Collections.Concurrent;
using System.Text;
using System.Xml.Linq;
using Everturn.Storage.Servers;

namespace Everturn.Storage.AzureBlobs.Tests;

/// <summary>Makes the tag index lag as Azure's does: a blob shows in queries over tags only some time after it was written.</summary>
internal sealed class LaggingTags
{
    private readonly ConcurrentDictionary<string, TimeSpan> _writtenAt = new(StringComparer.Ordinal);
    private readonly VirtualTime _time;
    private readonly TimeSpan _lag;

    public LaggingTags(VirtualTime time, TimeSpan lag)
    {
        (_time, _lag) = (time, lag);
        Wire = new Wire { Intercept = PassAsync };
    }

    public Wire Wire { get; }

    /// <summary>How many blobs the index has kept back so far.</summary>
    public int KeptBack { get; private set; }

    private async Task<HttpResponseMessage> PassAsync(HttpRequestMessage request, Func<Task<HttpResponseMessage>> send)
    {
        var answer = await send();
        if (request.Method == HttpMethod.Put && answer.IsSuccessStatusCode)
        {
            _writtenAt[Uri.UnescapeDataString(request.RequestUri!.Segments[^1])] = _time.Elapsed;
        }

        if (!request.RequestUri!.Query.Contains("where=", StringComparison.Ordinal)) return answer;
        var found = XDocument.Parse(await answer.Content.ReadAsStringAsync());
        var young = found.Descendants("Blob").Where(blob => _time.Elapsed - _writtenAt[blob.Element("Name")!.Value] < _lag).ToArray();
        KeptBack += young.Length;
        foreach (var blob in young) blob.Remove();
        answer.Content = new StringContent(found.ToString(), Encoding.UTF8, "application/xml");
        return answer;
    }
}
