using System.Text.Json.Serialization;
using Everturn.Testing.Simulation;

namespace Everturn.Cli.Verify;

/// <summary>A seed whose run broke an invariant.</summary>
/// <param name="Seed">Which.</param>
/// <param name="Violations">What broke.</param>
/// <param name="Trace">The account of the run.</param>
internal sealed record FailedSeed(int Seed, IReadOnlyList<Violation> Violations, [property: JsonIgnore] string Trace);
