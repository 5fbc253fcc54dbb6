using Everturn.Delivery;

namespace Everturn.Turns;

/// <summary>What a turn sends, updates or deletes when it is committed.</summary>
/// <param name="Action">Which of these.</param>
/// <param name="Json">What is said, as it was at the call; of a deletion what says where it goes.</param>
/// <param name="Target">What it changes; default for what is sent.</param>
internal sealed record Outgoing(RowAction Action, byte[] Json, ChangeTarget Target = default)
{
    /// <summary>Whether it was to leave in the answer of the request, and was taken back before.</summary>
    public bool IsWithdrawn => Action is RowAction.Delete && Target == default;
}

/// <summary>An earlier activity as a row names it.</summary>
/// <param name="Row">The row that sent it; null when only the channel's id is known.</param>
/// <param name="Id">The channel's id; null when it is not known yet, or not needed.</param>
internal readonly record struct ChangeTarget(RowId? Row, string? Id);
