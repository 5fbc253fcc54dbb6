using Everturn.DirectLine.Files;
using Everturn.DirectLine.Http;
using Everturn.DirectLine.Tokens;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Everturn.DirectLine.Endpoints;

/// <summary>GET /attachments/{c}/{file}: a file that a client sent, allowed by the token in its URL.</summary>
internal sealed class FileEndpoint(Authorizer authorizer, FileStore files)
{
    public async ValueTask<Answer> GetAsync(HttpContext http, string conversation, string file)
    {
        var authorized = await authorizer.ByUrlAsync(http, TokenKind.File, conversation);
        if (authorized.Refusal is not null)
        {
            return authorized.Refusal;
        }

        if (!DirectLineIds.IsConversation(file) || await files.LoadAsync(conversation, file, http.RequestAborted) is not { } stored)
        {
            return Refusals.UnknownPath();
        }

        // Whatever a client sent, a browser must not run it as a page of this site.
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(stored.Name);
        headers.ContentDisposition = disposition.ToString();
        http.Response.ContentType = stored.ContentType;
        http.Response.ContentLength = stored.Data.Length;
        await http.Response.Body.WriteAsync(stored.Data, http.RequestAborted);
        return Answer.AlreadyWritten;
    }
}
