namespace Everturn.Conversations;

/// <summary>What became of an attempt to commit operations.</summary>
internal abstract record CommitOutcome
{
    private CommitOutcome()
    {
    }

    /// <summary>The store acknowledged the write.</summary>
    public sealed record Committed(Snapshot Snapshot) : CommitOutcome;

    /// <summary>An operation does not apply to the record as it is now; nothing was written.</summary>
    public sealed record Refused(Refusal Refusal, Snapshot Snapshot) : CommitOutcome;

    /// <summary>The record would be larger than allowed; nothing was written.</summary>
    public sealed record TooLarge(int Bytes, int MaxBytes) : CommitOutcome;

    /// <summary>This version cannot read the record, or must not write it; nothing was written.</summary>
    public sealed record Unreadable(string Reason) : CommitOutcome;

    /// <summary>Time ran out. A save may still be in doubt.</summary>
    /// <param name="Reason">What held it up, for the answer and the log.</param>
    public sealed record TimedOut(string Reason) : CommitOutcome;
}
