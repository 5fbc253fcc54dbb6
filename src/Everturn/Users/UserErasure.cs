using Everturn.Conversations;

namespace Everturn.Users;

/// <summary>What became of a wish to delete a user's data.</summary>
/// <param name="Ended">Conversations of the user alone, which have ended.</param>
/// <param name="Cleaned">Conversations with others, without what was the user's.</param>
/// <param name="DeadLetters">How many dead letters were deleted.</param>
/// <param name="UserRecords">How many user records were deleted: one a channel at most.</param>
/// <param name="Pending">What could not be done yet: ask again.</param>
public sealed record UserErasure(
    IReadOnlyList<ConversationKey> Ended,
    IReadOnlyList<ConversationKey> Cleaned,
    int DeadLetters,
    int UserRecords,
    IReadOnlyList<PendingErasure> Pending)
{
    /// <summary>Whether nothing of the user is left.</summary>
    public bool IsComplete => Pending.Count == 0;

    /// <summary>Whether there was anything to do.</summary>
    public bool FoundNothing => IsComplete && Ended.Count == 0 && Cleaned.Count == 0 && DeadLetters == 0 && UserRecords == 0;
}
