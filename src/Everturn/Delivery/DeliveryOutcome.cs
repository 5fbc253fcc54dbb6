namespace Everturn.Delivery;

/// <summary>What became of one attempt to deliver one row.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The channel has the activity.</summary>
    /// <param name="ActivityId">The id that the channel gave it, if it said so.</param>
    public sealed record Delivered(string? ActivityId) : DeliveryOutcome;

    /// <summary>The channel did not take the activity and may later.</summary>
    /// <param name="After">How long the channel asks to wait; null for the engine's own backoff.</param>
    /// <param name="Reason">For the log.</param>
    public sealed record Retry(TimeSpan? After, string Reason) : DeliveryOutcome;

    /// <summary>The channel will never take the activity.</summary>
    /// <param name="Reason">For the log.</param>
    public sealed record Rejected(string Reason) : DeliveryOutcome;

    /// <summary>The answer was lost: the channel may or may not have the activity.</summary>
    /// <param name="Reason">For the log.</param>
    public sealed record Ambiguous(string Reason) : DeliveryOutcome;
}
