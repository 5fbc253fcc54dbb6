using System.Security.Cryptography;
using System.Text;

namespace Everturn.Dialogs.Flows;

/// <summary>Something that a flow awaits, and whose result it records.</summary>
/// <param name="kind">What it does: recorded, and compared in replays.</param>
/// <param name="words">Its name or its words: the same.</param>
internal abstract class FlowOperation<T>(string kind, string words)
{
    private const int MaxKeyLength = 60;

    public string Kind { get; } = kind;

    public string Key { get; } = Shorten(words);

    protected string Words { get; } = words;

    /// <summary>Does it for the first time.</summary>
    public abstract Task<FlowOutcome<T>> BeginAsync(FlowRun run);

    /// <summary>Takes the turn's activity, after it has waited.</summary>
    public virtual Task<FlowOutcome<T>> ContinueAsync(FlowRun run, FlowWaiting waiting) => BeginAsync(run);

    /// <summary>Asks again.</summary>
    public virtual Task RepromptAsync(FlowRun run, FlowWaiting waiting) => Task.CompletedTask;

    public override string ToString() => $"{Kind} '{Key}'";

    // Readable in the record and in errors; long words end in a hash, so that their ends count as well.
    private static string Shorten(string words) => words.Length <= MaxKeyLength
        ? words
        : $"{words[..(MaxKeyLength - 9)]}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(words)).AsSpan(0, 4))}";
}

/// <summary>What an operation came to.</summary>
internal abstract record FlowOutcome<T>
{
    private FlowOutcome()
    {
    }

    /// <summary>It returned.</summary>
    public sealed record Done(T? Value) : FlowOutcome<T>;

    /// <summary>Nobody answered in time.</summary>
    public sealed record TimedOut : FlowOutcome<T>;

    /// <summary>Its call threw.</summary>
    public sealed record Failed(Exception Exception) : FlowOutcome<T>;

    /// <summary>A dialog that it called was cancelled.</summary>
    public sealed record Cancelled : FlowOutcome<T>;

    /// <summary>It waits for the user.</summary>
    public sealed record Waits(FlowWaiting Waiting) : FlowOutcome<T>;

    /// <summary>A dialog that it called has cancelled the flow, too.</summary>
    public sealed record Gone : FlowOutcome<T>;
}
