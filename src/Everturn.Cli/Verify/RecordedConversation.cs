namespace Everturn.Cli.Verify;

/// <summary>All that is known of one conversation from outside.</summary>
/// <param name="Id">Which.</param>
/// <param name="Posts">What its client posted.</param>
/// <param name="Live">What arrived over its stream, in that order, without repetitions.</param>
/// <param name="Transcript">What the cluster says in the end; null when it could not be read.</param>
internal sealed record RecordedConversation(
    string Id, IReadOnlyList<RecordedPost> Posts, IReadOnlyList<RecordedActivity> Live, IReadOnlyList<RecordedActivity>? Transcript);
