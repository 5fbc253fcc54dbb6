namespace Everturn.Delivery;

/// <summary>What becomes of a reply when its delivery was begun and nobody knows how it ended.</summary>
public enum AmbiguousDelivery
{
    /// <summary>It is sent again: the user may see it twice.</summary>
    SendAgain,

    /// <summary>It is not sent again and goes to dead letters, for a person to decide: the user may never see it.</summary>
    Hold,
}
