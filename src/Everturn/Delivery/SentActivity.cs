namespace Everturn.Delivery;

/// <summary>What a channel that does not take our ids calls an activity that a row has sent.</summary>
/// <param name="Row">The row.</param>
/// <param name="Id">The channel's id.</param>
internal readonly record struct SentActivity(RowId Row, string Id);

/// <summary>A row that its channel has.</summary>
/// <param name="Id">The row.</param>
/// <param name="ActivityId">The channel's id of what it sent; null when there is none, or none to be remembered.</param>
internal readonly record struct DeliveredRow(RowId Id, string? ActivityId);
