namespace Everturn.Conversations;

/// <summary>Which node delivers a conversation's outbox just now.</summary>
/// <remarks>
/// A lease carries no wall-clock time: it is over when an observer has seen the same term and beat for the lease's
/// duration by its own monotonic clock. Every write of the owner moves the beat, and no other node's write does, so a
/// dead owner is noticed however busy the conversation is.
/// </remarks>
/// <param name="Owner">The owner's incarnation; null when nobody tends the conversation.</param>
/// <param name="Term">Raised at every change of owner; never falls.</param>
/// <param name="Beat">Raised by every write of the owner within its term.</param>
/// <param name="Duration">How long the owner may stay silent.</param>
internal readonly record struct Lease(string? Owner, long Term, long Beat, TimeSpan Duration)
{
    /// <summary>This lease, for what is begun under it; null when nobody tends the conversation.</summary>
    public LeaseClaim? Claim => Owner is null ? null : new(Owner, Term);

    /// <summary>What an observer compares from one look to the next.</summary>
    public LeaseSighting Sighting => new(Owner, Term, Beat);

    public Lease TakenBy(string owner, TimeSpan duration) => new(owner, Term + 1, 0, duration);

    public Lease Renewed(TimeSpan duration) => this with { Beat = Beat + 1, Duration = duration };

    public Lease Released() => this with { Owner = null, Beat = 0 };
}

/// <summary>The owner, term and beat of a lease at one look.</summary>
internal readonly record struct LeaseSighting(string? Owner, long Term, long Beat);

/// <summary>The lease under which something was begun. A later lease of the same owner is another one: somebody else may have been between.</summary>
internal readonly record struct LeaseClaim(string Owner, long Term);
