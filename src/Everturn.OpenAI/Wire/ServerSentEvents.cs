using System.Runtime.CompilerServices;
using System.Text;

namespace Everturn.OpenAI.Wire;

/// <summary>One event of a stream.</summary>
/// <param name="Data">Its data, without spaces around it; never blank.</param>
/// <param name="IsClosed">Whether a blank line followed. If not, the body has ended, perhaps within the event.</param>
internal readonly record struct ServerSentEvent(string Data, bool IsClosed);

/// <summary>Reads the data of server-sent events. Unlike the standard's own parsers it gives the last event without a blank line behind it, too.</summary>
/// <remarks>https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation</remarks>
internal static class ServerSentEvents
{
    private const string Field = "data:";

    public static async IAsyncEnumerable<ServerSentEvent> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var lines = new StreamReader(body, Encoding.UTF8, leaveOpen: true);
        var data = new StringBuilder();
        while (await lines.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Field, StringComparison.Ordinal))
            {
                data.Append(line, Field.Length, line.Length - Field.Length).Append('\n');
            }
            else if (line.Length == 0)
            {
                if (Take() is { Length: > 0 } closed) yield return new(closed, IsClosed: true);
            }
        }

        if (Take() is { Length: > 0 } open) yield return new(open, IsClosed: false);

        string Take()
        {
            var taken = data.ToString().Trim();
            data.Clear();
            return taken;
        }
    }
}
