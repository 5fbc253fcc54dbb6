using System.Buffers;
using System.Text.Json;
using System.Text.Encodings.Web;

namespace Everturn.DirectLine.Http;

/// <summary>What an endpoint answers: a value, so that refusals need no exceptions.</summary>
internal sealed record Answer(int Status, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The endpoint has written the response itself (a file, a socket).</summary>
    public static readonly Answer AlreadyWritten = new(0, default);

    /// <summary>The protocol's stable word for what went wrong; null when nothing did.</summary>
    public string? Code { get; private init; }

    public string? Message { get; private init; }

    public TimeSpan? RetryAfter { get; private init; }

    public static Answer Json(int status, Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return new(status, buffer.WrittenMemory);
    }

    public static Answer Error(int status, string code, string message, TimeSpan? retryAfter = null) =>
        Json(status, writer =>
        {
            writer.WriteStartObject("error");
            writer.WriteString("code", code);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }) with { Code = code, Message = message, RetryAfter = retryAfter };
}
