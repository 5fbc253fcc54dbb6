using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Everturn.Turns;

namespace Everturn.Conversations;

/// <summary>The ledger of activities already processed, with what was answered.</summary>
/// <remarks>
/// Each activity is kept as a keyed 64-bit hash of its identity and the second of its commit, 12 bytes in all. The key
/// is the record's own, so nobody outside can make two ids collide.
/// </remarks>
/// <param name="Key">16 random bytes.</param>
/// <param name="Entries">Hash (8 bytes) and Unix second (4 bytes) of each, little endian, oldest first.</param>
/// <param name="Answers">Answers of invoke and expectReplies activities, oldest first.</param>
internal sealed record Inbox(ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Entries, ImmutableArray<RecordedAnswer> Answers)
{
    public const int KeyBytes = 16;

    /// <summary>The most bytes of answers that are kept together; the oldest make room.</summary>
    public const int MaxAnswerBytes = 256 * 1024;

    private const int EntryBytes = sizeof(ulong) + sizeof(uint);

    public int Count => Entries.Length / EntryBytes;

    public static Inbox Empty(ReadOnlyMemory<byte> key) => new(key, default, []);

    public bool Contains(ActivityIdentity identity) => Contains(Hash(identity));

    public TurnAnswer? AnswerTo(ActivityIdentity identity)
    {
        var hash = Hash(identity);
        foreach (var answer in Answers)
        {
            if (answer.Hash == hash)
            {
                return answer.Answer;
            }
        }

        return null;
    }

    /// <summary>The ledger without what is older than the retention. Only these may ever be forgotten.</summary>
    public Inbox Without(DateTimeOffset before)
    {
        var entries = Entries.Span;
        var limit = before.ToUnixTimeSeconds();
        var keptAnswers = Answers;
        var kept = new byte[entries.Length];
        var length = 0;
        for (var at = 0; at < entries.Length; at += EntryBytes)
        {
            var entry = entries.Slice(at, EntryBytes);
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry[sizeof(ulong)..]) >= limit)
            {
                entry.CopyTo(kept.AsSpan(length));
                length += EntryBytes;
            }
            else if (!keptAnswers.IsEmpty)
            {
                var hash = BinaryPrimitives.ReadUInt64LittleEndian(entry);
                keptAnswers = keptAnswers.RemoveAll(answer => answer.Hash == hash);
            }
        }

        return length == entries.Length ? this : this with { Entries = kept.AsMemory(0, length), Answers = keptAnswers };
    }

    public Inbox With(ActivityIdentity identity, TurnAnswer? answer, DateTimeOffset now)
    {
        var hash = Hash(identity);
        var entries = new byte[Entries.Length + EntryBytes];
        Entries.CopyTo(entries);
        BinaryPrimitives.WriteUInt64LittleEndian(entries.AsSpan(Entries.Length), hash);
        BinaryPrimitives.WriteUInt32LittleEndian(entries.AsSpan(Entries.Length + sizeof(ulong)), (uint)now.ToUnixTimeSeconds());
        return this with { Entries = entries, Answers = answer is null ? Answers : Bounded(Answers.Add(new(hash, answer))) };
    }

    private static ImmutableArray<RecordedAnswer> Bounded(ImmutableArray<RecordedAnswer> answers)
    {
        while (answers.Sum(answer => (long)answer.Answer.Body.Length) > MaxAnswerBytes)
        {
            answers = answers.RemoveAt(0);
        }

        return answers;
    }

    private bool Contains(ulong hash)
    {
        for (var rest = Entries.Span; rest.Length >= EntryBytes; rest = rest[EntryBytes..])
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(rest) == hash)
            {
                return true;
            }
        }

        return false;
    }

    private ulong Hash(ActivityIdentity identity)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key.Span, identity.Bytes.Span, digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}

/// <summary>The answer of an activity in the inbox.</summary>
internal sealed record RecordedAnswer(ulong Hash, TurnAnswer Answer);
