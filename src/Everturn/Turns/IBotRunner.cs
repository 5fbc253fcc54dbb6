using Everturn.Conversations;
using Everturn.Users;

namespace Everturn.Turns;

/// <summary>Runs the bot once for one activity. A test of a bot stands around it.</summary>
internal interface IBotRunner
{
    /// <summary>Runs the bot, and its error handler when it throws.</summary>
    /// <param name="letter">The activity, with its steps.</param>
    /// <param name="conversation">Its conversation.</param>
    /// <param name="state">The state before the turn.</param>
    /// <param name="revision">The revision that the turn becomes.</param>
    /// <param name="users">The users' states as the turns before it have left them.</param>
    /// <param name="earlier">What was sent before, by the turns before it as well.</param>
    /// <param name="taken">Cancelled when the turn is not this node's any more.</param>
    /// <returns>What the turn did, or the exception after which nothing of it may be committed.</returns>
    Task<BotRun> RunAsync(
        Letter letter,
        ConversationKey conversation,
        StateBytes state,
        long revision,
        UserStates users,
        EarlierActivities earlier,
        CancellationToken taken = default);
}
