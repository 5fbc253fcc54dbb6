using System.Text.Json;

namespace Everturn.Dialogs.Flows;

/// <summary>How a run of a flow ended.</summary>
internal abstract record FlowEnd
{
    private FlowEnd()
    {
    }

    /// <summary>The method has returned.</summary>
    public sealed record Completed(object? Result) : FlowEnd;

    /// <summary>It waits for the user.</summary>
    public sealed record Suspended : FlowEnd;

    /// <summary>It has cancelled its dialogs.</summary>
    public sealed record Cancelled : FlowEnd;

    /// <summary>It begins anew.</summary>
    public sealed record Anew(JsonElement? Input) : FlowEnd;

    /// <summary>It was cancelled by a dialog that it had called.</summary>
    public sealed record Gone : FlowEnd;
}
