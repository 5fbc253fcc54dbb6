using System.Text.Json;
using Everturn.Activities;

namespace Everturn.Cli.Verify;

/// <summary>Writes down what a client posts and sees, while it happens.</summary>
internal sealed class ConversationRecorder(string userId)
{
    private readonly Lock _lock = new();
    private readonly List<Post> _posts = [];
    private readonly List<RecordedActivity> _live = [];
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

    /// <summary>The node that replied last; null before the first reply.</summary>
    public string? Node { get; private set; }

    /// <summary>How many messages were posted and neither given up nor seen to be answered.</summary>
    public int Pending
    {
        get
        {
            lock (_lock)
            {
                return _posts.Count(post => post.Failure is null && (post.Ids.Count == 0 || !post.Ids.Exists(_answered.Contains)));
            }
        }
    }

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _posts.Count;
            }
        }
    }

    public void Posted(string text)
    {
        lock (_lock)
        {
            _posts.Add(new(text) { Begun = DateTimeOffset.UtcNow, Attempts = 1 });
        }
    }

    public void Repeated(string text)
    {
        lock (_lock)
        {
            Find(text).Attempts++;
        }
    }

    /// <summary>The gateway gave up on it after two nodes; it is posted again.</summary>
    public void LostTwice(string text)
    {
        lock (_lock)
        {
            var post = Find(text);
            post.Attempts++;
            post.LostTwice++;
        }
    }

    public void Accepted(string text, string id)
    {
        lock (_lock)
        {
            var post = Find(text);
            post.Answered ??= DateTimeOffset.UtcNow;
            post.Ids.Add(id);
        }
    }

    public void GivenUp(string text, string failure)
    {
        lock (_lock)
        {
            Find(text).Failure = failure;
        }
    }

    public void Seen(Activity activity)
    {
        var seen = Record(activity);
        lock (_lock)
        {
            _live.Add(seen);
            if (!seen.IsEcho)
            {
                Node = seen.Node ?? Node;
                _answered.Add(seen.ReplyToId ?? "");
            }
        }
    }

    /// <summary>The record of the conversation, with what the cluster says of it in the end.</summary>
    public RecordedConversation ToRecord(string id, IReadOnlyList<Activity>? transcript)
    {
        lock (_lock)
        {
            return new(id, [.. _posts.Select(post => post.ToRecord())], [.. _live], transcript?.Select(Record).ToArray());
        }
    }

    private RecordedActivity Record(Activity activity)
    {
        var ours = activity.ChannelData is { ValueKind: JsonValueKind.Object } data && data.TryGetProperty("everturn", out var said)
            && said.ValueKind == JsonValueKind.Object ? said : default;
        var node = ours.ValueKind == JsonValueKind.Object && ours.TryGetProperty("node", out var name) ? name.GetString() : null;
        // A node that delivers the word of another does not know where that one was.
        var isRedelivered = node is not null && !ours.TryGetProperty("region", out _);
        return new(
            activity.Id ?? "", activity.From?.Id == userId, activity.Text ?? "", activity.ReplyToId, node, isRedelivered, DateTimeOffset.UtcNow);
    }

    private Post Find(string text) => _posts.Find(post => post.Text == text)!;

    private sealed class Post(string text)
    {
        public string Text { get; } = text;

        public DateTimeOffset Begun { get; init; }

        public DateTimeOffset? Answered { get; set; }

        public List<string> Ids { get; } = [];

        public int Attempts { get; set; }

        public int LostTwice { get; set; }

        public string? Failure { get; set; }

        public RecordedPost ToRecord() => new(Text, Begun, Answered, [.. Ids], Attempts, Failure, LostTwice);
    }
}
