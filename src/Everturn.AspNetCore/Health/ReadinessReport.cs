using System.Text.Json.Serialization;

namespace Everturn.AspNetCore.Health;

/// <summary>What <c>/health/ready</c> says.</summary>
/// <param name="Status"><c>ready</c>, <c>degraded</c> or <c>unready</c>.</param>
/// <param name="Node">The node's name.</param>
/// <param name="Region">The node's region.</param>
/// <param name="Reason">Why the node is unready; null when it is ready.</param>
/// <param name="Degradations">What works worse than it should although the node is ready; null when nothing does.</param>
internal sealed record ReadinessReport(string Status, string Node, string Region, string? Reason, IReadOnlyList<string>? Degradations = null)
{
    [JsonIgnore]
    public bool IsReady => Reason is null;
}
