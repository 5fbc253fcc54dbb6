using Everturn.DirectLine.Conversations;
using Everturn.DirectLine.Http;
using Everturn.DirectLine.Transcripts;
using Everturn.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Everturn.DirectLine.Endpoints;

/// <summary>GET and POST /conversations/{c}/activities.</summary>
internal sealed class ActivityEndpoints(
    Authorizer authorizer, TranscriptStore transcripts, ActivityPoster poster, IOptions<EverturnOptions> node)
{
    public async ValueTask<Answer> GetAsync(HttpContext http, string conversation)
    {
        var authorized = await authorizer.ForConversationAsync(http, conversation);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        if (Watermark.Of(http.Request) is not { } watermark)
        {
            return Refusals.BadArgument("The watermark is not one of ours.");
        }

        var stored = await transcripts.LoadAsync(conversation, http.RequestAborted);
        if (stored.ETag is null && authorized.Caller!.Token is null)
        {
            return Refusals.UnknownConversation();
        }

        var (shown, seen) = await transcripts.ReadAfterAsync(
            conversation, stored.Transcript, watermark, ActivitySet.MaxCount, ActivitySet.MaxBytes, http.RequestAborted);
        return new(StatusCodes.Status200OK, ActivitySet.Write(shown.Select(one => one.Entry.Activity), seen));
    }

    public async ValueTask<Answer> PostAsync(HttpContext http, string conversation)
    {
        var authorized = await authorizer.ForConversationAsync(http, conversation);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        var body = await RequestBody.ReadJsonAsync(http, node.Value.MaxActivityBytes);
        return body switch
        {
            { Refusal: { } refusal } => refusal,
            { Bytes.IsEmpty: true } => Refusals.BadArgument("The body is empty; an activity was expected."),
            _ => await poster.PostAsync(http, conversation, authorized.Caller!, new(body.Bytes)),
        };
    }
}
