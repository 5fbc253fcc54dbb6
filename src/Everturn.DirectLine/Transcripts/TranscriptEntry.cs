using System.Text;
using Everturn.Activities;
using Everturn.Delivery;
using Everturn.DirectLine.Json;

namespace Everturn.DirectLine.Transcripts;

/// <summary>One activity of a transcript, as clients get it.</summary>
/// <param name="Sequence">Its place in the conversation, from 1: where it was said, whatever became of it.</param>
/// <param name="Row">The outbox row that brought it.</param>
/// <param name="Activity">UTF-8 JSON, complete, as the last change has left it.</param>
internal sealed record TranscriptEntry(long Sequence, RowId Row, ReadOnlyMemory<byte> Activity)
{
    /// <summary>The last change; null when it is as it was said.</summary>
    public EntryChange? Change { get; init; }

    /// <summary>Whether it was taken back: what it holds then tells of that those who have seen it.</summary>
    public bool IsDeleted => Change is { IsDeletion: true };

    /// <summary>The place of its last change; 0 when there was none.</summary>
    public long ChangedAt => Change?.Sequence ?? 0;

    /// <summary>Whether this user has said it.</summary>
    public bool IsFrom(string user) => ActivityJson.Read(Activity.Span).From?.Id == user;

    // Most are told apart without being parsed.
    public bool HasId(string id) => Activity.Span.IndexOf(Encoding.UTF8.GetBytes(id)) >= 0 && RawJson.StringMember(Activity.Span, "id") == id;

    /// <summary>The one of two versions of the same activity that was changed later.</summary>
    public static TranscriptEntry Later(TranscriptEntry one, TranscriptEntry other) =>
        (one.Change?.Row ?? default, one.ChangedAt).CompareTo((other.Change?.Row ?? default, other.ChangedAt)) < 0 ? other : one;
}

/// <summary>A change of an activity that was said before.</summary>
/// <param name="Sequence">Its own place in the conversation, which the changed activity has besides its first: whoever has seen all before it must see it.</param>
/// <param name="Row">The outbox row that brought it: none before it changes the activity any more.</param>
/// <param name="IsDeletion">Whether the activity is gone.</param>
internal readonly record struct EntryChange(long Sequence, RowId Row, bool IsDeletion);
