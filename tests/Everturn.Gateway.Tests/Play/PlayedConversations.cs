using System.Collections.Concurrent;

namespace Everturn.Gateway.Tests.Play;

/// <summary>What played nodes share, as real ones share a store: the activities of each conversation.</summary>
internal sealed class PlayedConversations
{
    private readonly ConcurrentDictionary<string, List<string>> _activities = new(StringComparer.Ordinal);

    /// <summary>Grows with each activity: played nodes look at it as real ones poll the store.</summary>
    public TaskCompletionSource Grown { get; private set; } = New();

    public void Add(string conversation, string text)
    {
        var list = _activities.GetOrAdd(conversation, _ => []);
        lock (list)
        {
            list.Add(text);
        }

        var grown = Grown;
        Grown = New();
        grown.TrySetResult();
    }

    public IReadOnlyList<string> After(string conversation, int watermark)
    {
        if (!_activities.TryGetValue(conversation, out var list))
        {
            return [];
        }

        lock (list)
        {
            return list.Skip(watermark).ToArray();
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
