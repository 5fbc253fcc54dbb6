namespace Everturn.Delivery;

/// <summary>What an outbox row does on its channel.</summary>
public enum RowAction
{
    /// <summary>Says something new.</summary>
    Send,

    /// <summary>Replaces an activity that was sent before. May come twice, and means the same.</summary>
    Update,

    /// <summary>Takes back an activity that was sent before. May come twice, and means the same.</summary>
    Delete,
}
