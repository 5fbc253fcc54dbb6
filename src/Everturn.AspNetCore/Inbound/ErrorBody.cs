namespace Everturn.AspNetCore.Inbound;

/// <summary>The body of an error. Source: Activity protocol, "Error response".</summary>
internal sealed record ErrorBody(ErrorDetail Error);

/// <summary>What went wrong.</summary>
internal sealed record ErrorDetail(string Code, string Message);
