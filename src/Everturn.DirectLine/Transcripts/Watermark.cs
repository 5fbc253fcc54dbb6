using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Transcripts;

/// <summary>How far a client has seen: the sequence number of an activity, so it means the same on every node.</summary>
internal static class Watermark
{
    /// <summary>Reads a request's watermark: 0 for what clients send when they have none; null for a malformed one.</summary>
    public static long? Of(HttpRequest request) => request.Query["watermark"].ToString() switch
    {
        "" or "-" or "null" or "undefined" => 0,
        var text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? sequence : null,
    };

    public static string Format(long sequence) => sequence.ToString(CultureInfo.InvariantCulture);
}
