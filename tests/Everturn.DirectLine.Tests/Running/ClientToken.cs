using Microsoft.IdentityModel.JsonWebTokens;

namespace Everturn.DirectLine.Tests.Running;

/// <summary>Reads tokens as clients do: without any key.</summary>
internal static class ClientToken
{
    public static string Claim(string token, string name) => new JsonWebTokenHandler().ReadJsonWebToken(token).GetPayloadValue<string>(name);
}
