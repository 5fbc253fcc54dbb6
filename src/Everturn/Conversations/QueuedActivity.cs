namespace Everturn.Conversations;

/// <summary>An activity whose turn is still to come: the channel has been told that it is accepted, or a timer has fired.</summary>
/// <param name="Identity">What makes it the same activity when it comes again.</param>
/// <param name="Activity">The activity as UTF-8 JSON.</param>
/// <param name="Attempts">How often its turn has been begun.</param>
/// <param name="Accepted">When it was put into the queue, by the clock of the node that did.</param>
internal sealed record QueuedActivity(ActivityIdentity Identity, ReadOnlyMemory<byte> Activity, int Attempts, DateTimeOffset Accepted)
{
    /// <summary>The user whom the channel vouches for; null when there is none.</summary>
    public string? User { get; init; }

    /// <summary>What its calls are known by outside, when it was replayed from dead letters; null for its identity.</summary>
    public ActivityIdentity? Origin { get; init; }
}
