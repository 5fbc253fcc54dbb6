namespace Everturn.Cli.Admin;

/// <summary>The body of POST /everturn/faults.</summary>
internal sealed record FaultRequest(string? Action, string? Target);
