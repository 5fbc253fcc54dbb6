using System.Globalization;
using Everturn.Activities;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Conversations;

/// <summary>Tells the bot who is there: once of the conversation, and once of each user.</summary>
internal sealed class ConversationStarter(
    ITurnEngine engine, TranscriptStore transcripts, IOptions<EverturnOptions> node, TimeProvider time, ILogger<ConversationStarter> logger)
{
    /// <summary>Makes sure that the bot has been told of the conversation.</summary>
    /// <remarks>
    /// The turn comes first and the mark in the transcript after it. A crash in between repeats the turn, which the
    /// engine recognizes by its id; the mark keeps that so when the engine has forgotten the id.
    /// </remarks>
    public async ValueTask<StartResult> StartAsync(string conversation, DirectLineUser? user, CancellationToken cancellationToken)
    {
        var stored = await transcripts.LoadRecentAsync(conversation, cancellationToken);
        if (stored.Transcript.Started is not null)
        {
            return new(stored.Transcript, IsNew: false, null);
        }

        var bot = BotAccount.Of(node.Value);
        var joining = new List<ChannelAccount> { bot };
        if (user is not null)
        {
            joining.Add(new() { Id = user.Id, Name = user.Name });
        }

        // Without a user the conversation itself stands as the sender: a turn has one.
        var from = user is null ? new ChannelAccount { Id = conversation } : new() { Id = user.Id, Name = user.Name };
        if (await TellAsync(conversation, DirectLineIds.Start(conversation), from, user?.Id, joining, cancellationToken) is { } unavailable)
        {
            return new(stored.Transcript, IsNew: false, unavailable);
        }

        var isNew = false;
        var started = await transcripts.UpdateAsync(
            conversation,
            transcript =>
            {
                isNew = transcript.Started is null;
                if (!isNew)
                {
                    return transcript;
                }

                var marked = transcript with { Started = time.GetUtcNow(), User = user };
                return user is null ? marked : marked.WithJoined(DirectLineIds.UserKey(user.Id));
            },
            cancellationToken);
        return started is null
            ? new(stored.Transcript, IsNew: false, Contention)
            : new(started.Transcript, isNew, null);
    }

    /// <summary>Makes sure that the bot has been told of a user, before the first activity of that user.</summary>
    /// <remarks>The transcript remembers it by the echo of that activity, which costs no write of its own.</remarks>
    /// <returns>Why it could not be done now; null when it was.</returns>
    public async ValueTask<TurnOutcome.Unavailable?> JoinAsync(
        string conversation, Transcript transcript, DirectLineUser user, CancellationToken cancellationToken)
    {
        if (transcript.HasJoined(DirectLineIds.UserKey(user.Id)))
        {
            return null;
        }

        var account = new ChannelAccount { Id = user.Id, Name = user.Name };
        return await TellAsync(conversation, DirectLineIds.Join(conversation, user.Id), account, vouchedFor: null, [account], cancellationToken);
    }

    private static TurnOutcome.Unavailable Contention => new("ET4028: The conversation is being written by others.", TimeSpan.FromSeconds(1));

    private async ValueTask<TurnOutcome.Unavailable?> TellAsync(
        string conversation, string id, ChannelAccount from, string? vouchedFor, List<ChannelAccount> joining, CancellationToken cancellationToken)
    {
        var activity = new Activity
        {
            Type = ActivityTypes.ConversationUpdate,
            Id = id,
            Timestamp = time.GetUtcNow().UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            ChannelId = DirectLineIds.Channel,
            ServiceUrl = DirectLineIds.ServiceUrl,
            From = from,
            Recipient = BotAccount.Of(node.Value),
            Conversation = new ConversationAccount { Id = conversation },
            MembersAdded = joining,
        };
        switch (await engine.ProcessAsync(new InboundActivity(ActivityJson.Write(activity), activity) { User = vouchedFor }, cancellationToken))
        {
            case TurnOutcome.Unavailable unavailable:
                return unavailable;
            case TurnOutcome.Failed failed:
                // A bot that cannot greet can still answer: clients never retry a start that failed.
                logger.JoinFailed(failed.Exception, conversation);
                return null;
            default:
                return null;
        }
    }
}

/// <summary>What became of a start.</summary>
/// <param name="Transcript">The transcript's head.</param>
/// <param name="IsNew">Whether this call began the conversation.</param>
/// <param name="Unavailable">Why it could not be done now; null when it was.</param>
internal sealed record StartResult(Transcript Transcript, bool IsNew, TurnOutcome.Unavailable? Unavailable);
