namespace Everturn.Storage;

/// <summary>What a look at a store has shown.</summary>
/// <param name="Place">Where it is: a file, a server and port, the URL of a container. Without secrets.</param>
/// <param name="Version">What answers there, with its version, for instance <c>SQLite 3.50.4</c>.</param>
/// <param name="Form">The form of what is stored, as this store counts them; null when nothing has been made yet.</param>
/// <param name="Warnings">Settings and damages that break the promise that acknowledged writes last, each with its cure; empty when all is well.</param>
public sealed record StoreCheck(string Place, string Version, int? Form, IReadOnlyList<string> Warnings);
