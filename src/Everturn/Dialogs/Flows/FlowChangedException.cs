using System.Globalization;

namespace Everturn.Dialogs.Flows;

/// <summary>A flow's code does not fit what a conversation has recorded (ET1110).</summary>
/// <param name="flow">The flow's id.</param>
/// <param name="position">Which of the flow's operations differs, from 0.</param>
/// <param name="recorded">What the conversation has recorded there.</param>
/// <param name="now">What the code does there now.</param>
public sealed class FlowChangedException(string flow, int position, string recorded, string now) : Exception(
    string.Create(
        CultureInfo.InvariantCulture,
        $"ET1110: the flow '{flow}' differs from what this conversation has recorded. Position {position}: recorded {recorded}, now {now}. ")
    + "Keep the old way for such conversations with VersionAsync, give the question its old name, or set FlowOptions.OnChanged to Restart.")
{
    /// <summary>Which of the flow's operations differs, from 0.</summary>
    public int Position { get; } = position;

    /// <summary>What the conversation has recorded there.</summary>
    public string Recorded { get; } = recorded;

    /// <summary>What the code does there now.</summary>
    public string Now { get; } = now;
}
