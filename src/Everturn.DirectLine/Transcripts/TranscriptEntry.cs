using System.Text;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.DirectLine.Json;

namespace Everturn.DirectLine.Transcripts;

/// <summary>One activity of a transcript, as clients get it.</summary>
/// <param name="Sequence">Its place in the conversation, from 1: what a watermark counts.</param>
/// <param name="Row">The outbox row that brought it.</param>
/// <param name="Activity">UTF-8 JSON, complete and final.</param>
internal sealed record TranscriptEntry(long Sequence, RowId Row, ReadOnlyMemory<byte> Activity)
{
    /// <summary>Whether this user has said it.</summary>
    public bool IsFrom(string user) => ActivityJson.Read(Activity.Span).From?.Id == user;

    // Most are told apart without being parsed.
    public bool HasId(string id) => Activity.Span.IndexOf(Encoding.UTF8.GetBytes(id)) >= 0 && RawJson.StringMember(Activity.Span, "id") == id;
}
