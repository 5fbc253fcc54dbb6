using Everturn.Storage;

namespace Everturn.Cli.Storage;

/// <summary>What `store check` has found. `--json` prints it as it is.</summary>
/// <param name="Place">See <see cref="StoreCheck"/>; null when the store tells nothing of itself.</param>
/// <param name="Version">The same.</param>
/// <param name="Form">The same.</param>
/// <param name="Warnings">The same.</param>
/// <param name="ReadMilliseconds">How long a read took.</param>
/// <param name="WriteMilliseconds">How long a conditional write took.</param>
/// <param name="Tested">How many promises were tried.</param>
/// <param name="Failed">Those that were not kept, with what was found.</param>
internal sealed record StoreReport(
    string? Place, string? Version, int? Form, IReadOnlyList<string> Warnings, double ReadMilliseconds, double WriteMilliseconds, int Tested, IReadOnlyList<string> Failed);
