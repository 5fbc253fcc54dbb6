using System.Buffers.Text;
using System.Security.Cryptography;
using Everturn.DirectLine.Http;
using Microsoft.AspNetCore.Http;

namespace Everturn.DirectLine.Endpoints;

/// <summary>GET /session/getsessionid. Clients show it in sign-in cards, which nothing here depends on.</summary>
internal sealed class SessionEndpoint(Authorizer authorizer)
{
    public async ValueTask<Answer> GetAsync(HttpContext http) =>
        (await authorizer.AnyAsync(http)).Refusal
        ?? Answer.Json(
            StatusCodes.Status200OK,
            writer => writer.WriteString("sessionId", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16))));
}
