using Everturn.DirectLine.Tokens;

namespace Everturn.DirectLine.Http;

/// <summary>Who makes a request, once it is known to be allowed.</summary>
/// <param name="Token">What the caller's token grants; null for the holder of the secret, who may do everything.</param>
internal sealed record Caller(DirectLineToken? Token);

/// <summary>A caller, or the answer that refuses the request.</summary>
internal readonly record struct Authorized(Caller? Caller, Answer? Refusal)
{
    public static implicit operator Authorized(Caller caller) => new(caller, null);

    public static implicit operator Authorized(Answer refusal) => new(null, refusal);
}
