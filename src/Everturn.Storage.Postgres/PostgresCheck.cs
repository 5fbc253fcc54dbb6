namespace Everturn.Storage.Postgres;

/// <summary>What a look at the server has shown.</summary>
/// <param name="Server">The host that answered as the primary, with its port.</param>
/// <param name="Version">The server's version as it says it, for instance <c>15.14</c>.</param>
/// <param name="SchemaVersion">The form of the tables; null when they are missing.</param>
/// <param name="RoundTrip">How long a question and its answer take: the middle one of five.</param>
/// <param name="Warnings">Settings that break the promise that acknowledged writes last; empty when all is well.</param>
public sealed record PostgresCheck(string Server, string Version, int? SchemaVersion, TimeSpan RoundTrip, IReadOnlyList<string> Warnings);
