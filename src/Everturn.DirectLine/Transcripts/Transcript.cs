using System.Collections.Immutable;
using Everturn.Delivery;

namespace Everturn.DirectLine.Transcripts;

/// <summary>The head of a conversation's transcript: its facts, its newest activities, and where the older ones are.</summary>
internal sealed record Transcript
{
    /// <summary>How many users are remembered as having joined; the oldest is forgotten first.</summary>
    private const int MaxJoined = 64;

    public static readonly Transcript Empty = new();

    /// <summary>When the bot was told of the conversation; null when it has not been yet.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>The user that the conversation's token named when it began.</summary>
    public DirectLineUser? User { get; init; }

    /// <summary>Users of whom the bot has been told, as <see cref="DirectLineIds.UserKey"/> spells them.</summary>
    public ImmutableArray<string> Joined { get; init; } = [];

    /// <summary>The sequence number of the newest activity or change; 0 when there is none.</summary>
    public long Last { get; init; }

    /// <summary>The highest outbox row applied: rows up to here are repeats.</summary>
    public RowId Row { get; init; }

    /// <summary>The newest activity's timestamp; later ones are never before it, whichever node's clock they come from.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The pages that hold older activities, in order.</summary>
    public ImmutableArray<PageRange> Pages { get; init; } = [];

    /// <summary>The newest activities, in order.</summary>
    public ImmutableArray<TranscriptEntry> Entries { get; init; } = [];

    /// <summary>The size of the activities held here.</summary>
    public int EntryBytes => Entries.Sum(entry => entry.Activity.Length);

    /// <summary>The transcript without what was said and who said it; the very same one when there is nothing of either.</summary>
    public Transcript Erased() => Entries.IsEmpty && Pages.IsEmpty && Joined.IsEmpty && User is null
        ? this
        : this with { User = null, Joined = [], Pages = [], Entries = [] };

    /// <summary>The transcript without what one user has said, and without him; the very same one when there is nothing of either. Numbers stay.</summary>
    public Transcript Without(string user)
    {
        var entries = Entries.RemoveAll(entry => entry.IsFrom(user));
        var isNamed = HasJoined(DirectLineIds.UserKey(user)) || User?.Id == user;
        return entries.Length == Entries.Length && !isNamed ? this : this with
        {
            User = User?.Id == user ? null : User,
            Joined = Joined.Remove(DirectLineIds.UserKey(user), StringComparer.Ordinal),
            Entries = entries,
        };
    }

    /// <summary>Whether one of the newest activities has this id.</summary>
    public bool Holds(string id) => Entries.Any(entry => entry.HasId(id));

    public bool HasJoined(string userKey) => Joined.Contains(userKey, StringComparer.Ordinal);

    public Transcript WithJoined(string userKey) =>
        HasJoined(userKey) ? this : this with { Joined = [.. Joined.Skip(Math.Max(0, Joined.Length + 1 - MaxJoined)), userKey] };
}

/// <summary>A page of older activities.</summary>
/// <param name="First">The sequence number of its first.</param>
/// <param name="Last">That of its last.</param>
/// <param name="Changed">That of the last change of any of them; 0 when there was none.</param>
internal readonly record struct PageRange(long First, long Last, long Changed = 0);
