namespace Everturn.Delivery;

/// <summary>One committed activity on its way to the channel.</summary>
/// <param name="Id">The row's stable id.</param>
/// <param name="Activity">
/// The activity as UTF-8 JSON, complete but for the id that the channel gives it. Of a deletion: an activity of type
/// <c>messageDelete</c>, which says where it goes.
/// </param>
/// <param name="Node">The name of the node that committed it.</param>
/// <param name="IsEcho">
/// Whether this is the inbound activity itself, shown to the conversation by an embedded channel just before the
/// turn's replies. Its id is the inbound activity's.
/// </param>
public sealed record OutboxRow(RowId Id, ReadOnlyMemory<byte> Activity, string Node, bool IsEcho)
{
    /// <summary>What it does; default: it sends.</summary>
    public RowAction Action { get; init; }

    /// <summary>
    /// Of an update or a deletion: the row that sent the activity which it changes. Null when the bot named the activity by the channel's
    /// own id.
    /// </summary>
    public RowId? TargetRow { get; init; }

    /// <summary>
    /// Of an update or a deletion: the channel's own id of the activity which it changes. A channel that takes our ids gets it only
    /// when the bot named it so; every other channel gets it always.
    /// </summary>
    public string? TargetId { get; init; }

    /// <summary>Whether a former tender may have sent it already: it was taken over from one that did not say.</summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>The key of the user's record that the row changes; null for an activity.</summary>
    internal string? User { get; init; }
}
