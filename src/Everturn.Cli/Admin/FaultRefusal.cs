namespace Everturn.Cli.Admin;

/// <summary>Why a fault was not carried out.</summary>
/// <param name="Status">The HTTP status: 400, 404 or 409.</param>
/// <param name="Code">The error code.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record FaultRefusal(int Status, string Code, string Message);
