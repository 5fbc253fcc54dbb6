namespace Everturn.Delivery;

/// <summary>What a dead letter holds.</summary>
public enum DeadLetterKind
{
    /// <summary>An activity that was accepted, and whose turn failed as often as it may.</summary>
    Inbound,

    /// <summary>A committed reply that may or may not have been delivered, on a channel that holds such replies.</summary>
    Outbound,
}
