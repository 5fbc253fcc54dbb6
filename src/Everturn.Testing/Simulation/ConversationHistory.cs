using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;

namespace Everturn.Testing.Simulation;

/// <summary>What became of one conversation: the writes that lasted, from its first to its last, and what they add up to.</summary>
/// <remarks>
/// A conversation that expires begins anew with empty state, and counts on; once its tombstone is deleted it begins anew
/// altogether, as another life.
/// </remarks>
internal sealed class ConversationHistory
{
    private ConversationHistory(string id, IReadOnlyList<Life> lives)
    {
        Id = id;
        Lives = lives;
    }

    public string Id { get; }

    public IReadOnlyList<Life> Lives { get; }

    /// <summary>The effects of all turns that lasted.</summary>
    public IEnumerable<string> Tokens => Lives.SelectMany(life => life.Epochs).SelectMany(epoch => epoch.Tokens);

    public IEnumerable<string> Results => Lives.SelectMany(life => life.Epochs).SelectMany(epoch => epoch.Results);

    /// <summary>What turns saw of the values that earlier turns had given the user.</summary>
    public IEnumerable<string> Seen => Lives.SelectMany(life => life.Epochs).SelectMany(epoch => epoch.Seen);

    public IEnumerable<string> Cancelled => Lives.SelectMany(life => life.Epochs).SelectMany(epoch => epoch.Cancelled);

    /// <summary>The record at the end; null when nothing is left.</summary>
    public ConversationRecord? Last => Lives[^1].Until is null ? Lives[^1].Writes[^1].Record : null;

    /// <summary>Reads the histories of all conversations from what the store has seen.</summary>
    /// <param name="writes">All writes, in the order in which they took effect.</param>
    /// <param name="current">The writes behind the documents that are there at the end.</param>
    public static IReadOnlyList<ConversationHistory> Read(IReadOnlyList<Write> writes, IEnumerable<Write> current)
    {
        var ends = writes.Where(write => write.DeletedAt is not null).OrderBy(write => write.DeletedAt).Concat(current);
        return [.. ends.Where(write => write.Record is not null).GroupBy(write => write.Key, StringComparer.Ordinal).Select(group =>
        {
            _ = ConversationKey.TryParse(group.Key, out var key);
            return new ConversationHistory(key.Id, [.. group.Select(Life.EndingWith)]);
        })];
    }

    /// <summary>The life in which something reached the channel.</summary>
    public Life At(TimeSpan moment) => Lives.FirstOrDefault(life => life.Until is null || moment <= life.Until) ?? Lives[^1];
}

/// <summary>A conversation from its first write to the deletion of its tombstone, or to the end.</summary>
internal sealed record Life(IReadOnlyList<Write> Writes, IReadOnlyList<Epoch> Epochs, TimeSpan? Until)
{
    public static Life EndingWith(Write last)
    {
        var writes = new List<Write>();
        for (var write = last; write is not null && (write == last || write.DeletedAt is null); write = write.Before)
        {
            writes.Add(write);
        }

        writes.Reverse();
        var epochs = new List<Epoch>();
        var start = 0L;
        for (var at = 1; at < writes.Count; at++)
        {
            if (writes[at].Record!.EndedUntil is not null && writes[at - 1].Record!.EndedUntil is null)
            {
                epochs.Add(Epoch.Of(start, writes[at - 1].Record!));
                start = writes[at].Record!.Revision;
            }
        }

        epochs.Add(Epoch.Of(start, writes[^1].Record!));
        return new Life(writes, epochs, last.DeletedAt);
    }

    /// <summary>The epoch that a revision belongs to; null when it is none of this life's.</summary>
    public Epoch? Of(RowId row) => Epochs.FirstOrDefault(epoch => row.Revision > epoch.Start && row.Revision <= epoch.End);
}

/// <summary>The turns between two ends of a conversation.</summary>
/// <param name="Start">The revision before its first turn.</param>
/// <param name="End">The revision of its last turn.</param>
/// <param name="Changes">What its turns have updated and deleted.</param>
internal sealed record Epoch(
    long Start, long End, IReadOnlyList<string> Tokens, IReadOnlyList<string> Results, IReadOnlyList<string> Cancelled, IReadOnlyList<string> Seen, IReadOnlyList<Change> Changes)
{
    public static Epoch Of(long start, ConversationRecord last) => new(
        start,
        last.Revision,
        Read(last, SimulatedBot.Tokens),
        Read(last, SimulatedBot.Results),
        Read(last, SimulatedBot.Cancelled),
        Read(last, SimulatedBot.OwnValues),
        [.. Read(last, SimulatedBot.Changes).Select(Change.Parse)]);

    private static List<string> Read(ConversationRecord record, string name) =>
        record.State.TryGetValue(name, out var json) ? JsonSerializer.Deserialize<List<string>>(json.Span) ?? [] : [];
}

/// <summary>What a turn has made of an earlier activity.</summary>
/// <param name="Target">The row that sent it.</param>
/// <param name="Text">What it says from then on; null when it is gone.</param>
internal sealed record Change(RowId Target, string? Text)
{
    public static Change Parse(string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        return at < 0 ? new(RowId.Parse(text[..^1]), null) : new(RowId.Parse(text[..at]), text[(at + 1)..]);
    }
}
