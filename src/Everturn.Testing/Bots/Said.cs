using System.Globalization;
using Everturn.Activities;

namespace Everturn.Testing.Bots;

/// <summary>What the bot has said in one play of a scenario, to compare it with another play.</summary>
internal sealed class Said
{
    private readonly SortedDictionary<string, ReadOnlyMemory<byte>?[]> _replies = new(StringComparer.Ordinal);

    /// <summary>Takes down what a channel shows. One that may show the same twice after a crash cannot be compared.</summary>
    public Said(TestChannel channel)
    {
        foreach (var transcript in channel.TakesOurIds ? channel.Transcripts : [])
        {
            _replies[transcript.Conversation] = [.. transcript.Replies.Select(WithoutId)];
        }
    }

    /// <summary>Forgets what another play has shown to be something else each time; how much was said still counts.</summary>
    public void Forget(Said other)
    {
        foreach (var (conversation, replies) in _replies)
        {
            var others = other.In(conversation);
            for (var at = 0; at < replies.Length; at++)
            {
                if (at >= others.Length || JsonDifference.Between("", replies[at], others[at]) is not null)
                {
                    replies[at] = null;
                }
            }
        }
    }

    /// <summary>The first difference to another play, in words; null when there is none.</summary>
    public string? DifferenceTo(Said other)
    {
        foreach (var conversation in _replies.Keys.Union(other._replies.Keys, StringComparer.Ordinal))
        {
            var (replies, others) = (In(conversation), other.In(conversation));
            for (var at = 0; at < Math.Max(replies.Length, others.Length); at++)
            {
                var what = string.Create(CultureInfo.InvariantCulture, $"reply {at + 1} in the conversation '{conversation}'");
                var isThere = (at < replies.Length, at < others.Length);
                if (isThere is (true, false))
                {
                    return $"{what} is missing";
                }

                if (isThere is (false, true))
                {
                    return $"{what} is one too many, {Story.Of(ActivityJson.Read(others[at]!.Value.Span))}";
                }

                if (replies[at] is { } reply && JsonDifference.Between(what, reply, others[at]) is { } difference)
                {
                    return difference;
                }
            }
        }

        return null;
    }

    // The channel's ids follow from the order of the writes.
    private static ReadOnlyMemory<byte>? WithoutId(Activity reply)
    {
        var copy = ActivityJson.Read(ActivityJson.Write(reply));
        copy.Id = null;
        return ActivityJson.Write(copy);
    }

    private ReadOnlyMemory<byte>?[] In(string conversation) => _replies.GetValueOrDefault(conversation, []);
}
