using Everturn.Activities;
using Everturn.Conversations;
using Everturn.Users;

namespace Everturn.Delivery;

/// <summary>A way out of the engine: delivers committed activities to where the users are.</summary>
/// <remarks>Implementations are safe for concurrent use; the engine delivers one conversation's rows one after the other.</remarks>
public interface IChannel
{
    /// <summary>Whether activities with this channel id and service URL leave through this channel. The first channel that says yes is used.</summary>
    bool Serves(string channelId, string serviceUrl);

    /// <summary>
    /// Whether it shows a row that comes twice once, by the row's id, and knows by that id what a later row changes. Default: no.
    /// </summary>
    bool TakesOurIds => false;

    /// <summary>Delivers rows in order and stops after the first that is not delivered.</summary>
    /// <remarks>
    /// A row may come again after a crash or a takeover; a channel that takes our ids must then show it once. Rows may also update or
    /// delete what earlier ones have sent (<see cref="OutboxRow.Action"/>): a channel that cannot do so rejects those.
    /// Expected failures are outcomes; an exception counts as <see cref="DeliveryOutcome.Ambiguous"/> for all rows.
    /// </remarks>
    /// <param name="conversation">The conversation that the rows belong to.</param>
    /// <param name="rows">At least one row, by ascending id.</param>
    /// <param name="cancellationToken">Cancelled when the node stops waiting; rows under way are then ambiguous.</param>
    /// <returns>An outcome for each row attempted, in order: at least one, none after the first that was not delivered.</returns>
    ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(
        ConversationKey conversation, IReadOnlyList<OutboxRow> rows, CancellationToken cancellationToken);

    /// <summary>Sends a typing indicator or a preview at once, outside any turn. Best effort; it may be lost or come twice.</summary>
    ValueTask SendEphemeralAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken);

    /// <summary>How often clients of a channel may be shown the next state of a streamed message. Default: null, they are shown none.</summary>
    TimeSpan? PreviewInterval(string channelId) => null;

    /// <summary>
    /// Shows a state of a streamed message at once, before its turn is committed: a typing activity with <see cref="StreamInfo"/>, and all
    /// the text so far; without text it takes away what was shown. Best effort, one after the other. Default: nothing.
    /// </summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="activity">
    /// The state. Its id names the stream, and is the same in every run of the turn on every node; a channel that gives ids itself leaves it out.
    /// </param>
    /// <param name="cancellationToken">Gives it up.</param>
    /// <returns>The stream's id for the states to come and the message, as the channel gave it; null when it shows none.</returns>
    ValueTask<string?> SendPreviewAsync(ConversationKey conversation, Activity activity, CancellationToken cancellationToken) => new((string?)null);

    /// <summary>
    /// Deletes what the channel itself keeps of a conversation that has ended, but for what tells a row that comes once more from a
    /// new one. May come more than once. Default: nothing.
    /// </summary>
    ValueTask EraseAsync(ConversationKey conversation, CancellationToken cancellationToken) => default;

    /// <summary>
    /// Deletes what the channel itself keeps of one member of a conversation that goes on: what he has said, not what others have said to
    /// him. May come more than once. Default: nothing.
    /// </summary>
    ValueTask EraseMemberAsync(ConversationKey conversation, string member, CancellationToken cancellationToken) => default;

    /// <summary>What the channel itself keeps of a conversation. Default: nothing.</summary>
    /// <param name="conversation">The conversation.</param>
    /// <param name="member">Whose words and files alone; null for all.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    IAsyncEnumerable<UserDocument> ExportAsync(ConversationKey conversation, string? member, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<UserDocument>();

    /// <summary>Deletes the rest, when no row of the conversation can come any more. Default: nothing.</summary>
    ValueTask ForgetAsync(ConversationKey conversation, CancellationToken cancellationToken) => default;
}
