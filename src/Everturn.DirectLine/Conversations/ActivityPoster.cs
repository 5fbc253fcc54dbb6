using Everturn.DirectLine.Http;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;
using Everturn.Turns;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Conversations;

/// <summary>Takes a client's activity through its turn.</summary>
internal sealed class ActivityPoster(
    ITurnEngine engine, ConversationStarter starter, TranscriptStore transcripts, IOptions<EverturnOptions> node, TimeProvider time)
{
    /// <summary>Posts an activity.</summary>
    /// <param name="http">The request.</param>
    /// <param name="conversation">The conversation.</param>
    /// <param name="caller">Who posts.</param>
    /// <param name="sent">What is posted.</param>
    public async ValueTask<Answer> PostAsync(HttpContext http, string conversation, Caller caller, SentActivity sent)
    {
        var post = new ClientPost(
            conversation, caller.Token?.User, caller.Token is null, RequestIds.Of(http.Request), BotAccount.Of(node.Value), time.GetUtcNow());
        if (ClientActivity.TryCreate(sent, post, out var activity) is { } refusal)
        {
            return refusal;
        }

        // A secret names any conversation; a token proves that its conversation was made, begun or not.
        if (caller.Token is null && (await transcripts.LoadRecentAsync(conversation, http.RequestAborted)).ETag is null)
        {
            return Refusals.UnknownConversation();
        }

        var start = await starter.StartAsync(conversation, caller.Token?.User, http.RequestAborted);
        var unavailable = start.Unavailable;
        if (unavailable is null && activity!.Inbound.Echo)
        {
            unavailable = await starter.JoinAsync(conversation, start.Transcript, activity.User, http.RequestAborted);
        }

        if (unavailable is not null)
        {
            return Refusals.Unavailable(unavailable.Reason, unavailable.RetryAfter);
        }

        return await engine.ProcessAsync(activity!.Inbound, http.RequestAborted) switch
        {
            TurnOutcome.Committed or TurnOutcome.Queued => Answer.Json(StatusCodes.Status200OK, writer => writer.WriteString("id", activity.Id)),
            TurnOutcome.Failed => Refusals.BotFailed(),
            TurnOutcome.Unavailable later => Refusals.Unavailable(later.Reason, later.RetryAfter),
            TurnOutcome.Refused refused => Refusals.BadArgument(refused.Reason),
            _ => Refusals.Unexpected(),
        };
    }
}
