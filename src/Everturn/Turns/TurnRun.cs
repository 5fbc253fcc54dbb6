using System.Text.Json;
using Everturn.Conversations;
using Everturn.Delivery;
using Everturn.Users;

namespace Everturn.Turns;

/// <summary>What the engine gives one run of one turn.</summary>
/// <param name="Conversation">The conversation.</param>
/// <param name="Revision">The revision that the turn becomes.</param>
/// <param name="FirstRow">The index of its first reply.</param>
/// <param name="Number">Which run this is, from 1.</param>
/// <param name="Services">The run's own.</param>
/// <param name="Steps">The turn's external calls.</param>
/// <param name="User">The user whom the channel vouches for; null when there is none.</param>
/// <param name="Users">The users' states.</param>
/// <param name="Earlier">What was sent before.</param>
/// <param name="IsAnswered">Whether replies leave in the answer of the request and not through the channel.</param>
/// <param name="IsUnasked">Whether no channel brought the activity.</param>
/// <param name="TakesOurIds">Whether the channel knows rows by our ids.</param>
/// <param name="MaxActivityBytes">The most bytes of an activity that it sends.</param>
/// <param name="Deadline">Until when it must be done.</param>
/// <param name="Time">The node's clock.</param>
/// <param name="Json">How values become JSON.</param>
/// <param name="Ephemerals">Sends at once.</param>
/// <param name="Over">Cancelled when the deadline has passed, or the turn is another node's.</param>
internal sealed record TurnRun(
    ConversationKey Conversation,
    long Revision,
    int FirstRow,
    int Number,
    IServiceProvider Services,
    Steps Steps,
    UserKey? User,
    UserStates Users,
    EarlierActivities Earlier,
    bool IsAnswered,
    bool IsUnasked,
    bool TakesOurIds,
    int MaxActivityBytes,
    Deadline Deadline,
    TimeProvider Time,
    JsonSerializerOptions Json,
    Ephemerals Ephemerals,
    CancellationToken Over);

/// <summary>An activity that a turn has scheduled.</summary>
internal sealed record ScheduledActivity(RowId Id, DateTimeOffset Due, byte[] Json);
