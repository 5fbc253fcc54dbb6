using Everturn.Conversations;
using Microsoft.Extensions.Logging;

namespace Everturn.Hosting;

/// <summary>What the engine logs. Event ids 1000 to 1999.</summary>
internal sealed partial class EngineLog(ILogger logger)
{
    [LoggerMessage(1001, LogLevel.Warning, "The store failed for conversation {Conversation}; the outcome is settled by reading again.")]
    public partial void StoreFailed(string conversation, Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "The bot failed in conversation {Conversation}; nothing of the turn was committed.")]
    public partial void BotFailed(string conversation, Exception exception);

    [LoggerMessage(1003, LogLevel.Error, "Row {Row} of conversation {Conversation} was rejected by its channel and is dropped: {Reason}")]
    public partial void RowRejected(string conversation, string row, string reason);

    [LoggerMessage(1004, LogLevel.Warning, "Row {Row} of conversation {Conversation} was not delivered and is tried again: {Reason}")]
    public partial void RowDelayed(string conversation, string row, string reason);

    [LoggerMessage(1005, LogLevel.Warning, "Row {Row} of conversation {Conversation} may or may not have been delivered and is sent again: {Reason}")]
    public partial void RowAmbiguous(string conversation, string row, string reason);

    [LoggerMessage(1041, LogLevel.Error, "Row {Row} of conversation {Conversation} is dropped: {Reason}")]
    public partial void ChangeDropped(string conversation, string row, string reason);

    [LoggerMessage(1042, LogLevel.Debug, "Row {Row} of conversation {Conversation} changes what was delivered moments ago and is not confirmed yet.")]
    public partial void ChangedUnconfirmed(string conversation, string row);

    [LoggerMessage(1006, LogLevel.Information, "This node takes over conversation {Conversation} from {Owner} with {Rows} rows and {Queued} queued activities owed.")]
    public partial void TakenOver(string conversation, string owner, int rows, int queued);

    [LoggerMessage(1007, LogLevel.Warning, "Due conversations could not be listed; the next round tries again.")]
    public partial void RecoveryFailed(Exception exception);

    [LoggerMessage(1008, LogLevel.Error, "Conversation {Conversation} is not tended any more by this node; recovery takes it up.")]
    public partial void TenderFailed(string conversation, Exception exception);

    [LoggerMessage(1009, LogLevel.Error, "Turns of conversation {Conversation} were abandoned.")]
    public partial void MailboxFailed(string conversation, Exception exception);

    [LoggerMessage(1010, LogLevel.Debug, "A typing indicator or preview in conversation {Conversation} was lost.")]
    public partial void EphemeralLost(string conversation, Exception exception);

    [LoggerMessage(1017, LogLevel.Error, "The store failed {Failures} times in a row and is left alone for {Pause}.")]
    public partial void StoreLeftAlone(int failures, TimeSpan pause);

    [LoggerMessage(1018, LogLevel.Information, "The store answers again.")]
    public partial void StoreIsBack();

    [LoggerMessage(1029, LogLevel.Debug, "A save of conversation {Conversation} may have taken effect, or may yet.")]
    public partial void SaveInDoubt(string conversation);

    [LoggerMessage(1040, LogLevel.Warning, "The store's hints ended; due conversations are found at intervals.")]
    public partial void HintsFailed(Exception exception);

    [LoggerMessage(1011, LogLevel.Debug, "Turns of conversation {Conversation} were not committed and run again: {Refusal}.")]
    public partial void RunsAgain(string conversation, Refusal refusal);

    [LoggerMessage(1012, LogLevel.Debug, "An activity of conversation {Conversation} had been processed before and is answered as recorded.")]
    public partial void DuplicateAnswered(string conversation);

    [LoggerMessage(1013, LogLevel.Debug, "An activity of conversation {Conversation} is answered 503: {Reason}")]
    public partial void GivenUp(string conversation, string reason);

    [LoggerMessage(1014, LogLevel.Debug, "The lease of conversation {Conversation} was refused to this node: {Owner} is alive, or was faster.")]
    public partial void LeaseRefused(string conversation, string? owner);

    [LoggerMessage(1015, LogLevel.Debug, "This node no longer tends conversation {Conversation}; {Owner} has taken over.")]
    public partial void LeaseLost(string conversation, string? owner);

    [LoggerMessage(1016, LogLevel.Debug, "{Turns} turns of conversation {Conversation} were committed by one write; {Failed} failed and left no trace.")]
    public partial void BatchCommitted(int turns, string conversation, int failed);

    [LoggerMessage(1019, LogLevel.Debug, "Step {Step} of a turn in conversation {Conversation} is not called again: its result is remembered.")]
    public partial void StepRemembered(string conversation, string step);

    [LoggerMessage(1020, LogLevel.Information, "Step {Step} of a turn in conversation {Conversation} was called by two nodes; both use the first result.")]
    public partial void StepAdopted(string conversation, string step);

    [LoggerMessage(1021, LogLevel.Debug, "Attempt {Attempt} at a queued turn of conversation {Conversation} begins.")]
    public partial void AttemptBegins(int attempt, string conversation);

    [LoggerMessage(1022, LogLevel.Error, "An activity of conversation {Conversation} went to dead letters as {Letter}: {Reason}")]
    public partial void Buried(string conversation, string letter, string reason);

    [LoggerMessage(1023, LogLevel.Debug, "Timers of conversation {Conversation} begin their turns.")]
    public partial void TimersFired(string conversation);

    [LoggerMessage(1024, LogLevel.Debug, "Conversation {Conversation} has expired.")]
    public partial void Expired(string conversation);

    [LoggerMessage(1025, LogLevel.Debug, "What remained of conversation {Conversation} is deleted.")]
    public partial void Forgotten(string conversation);

    [LoggerMessage(1026, LogLevel.Debug, "A queued turn of conversation {Conversation} was committed.")]
    public partial void QueuedTurnCommitted(string conversation);

    [LoggerMessage(1027, LogLevel.Warning, "Conversation {Conversation} could not be retired; it is tried again.")]
    public partial void RetirementFailed(string conversation, Exception exception);

    [LoggerMessage(1034, LogLevel.Information, "Of a user's data, on request: {Ended} conversations ended, {Cleaned} shared ones cleaned, {Letters} dead letters and {Records} user records deleted, {Pending} documents left for another try.")]
    public partial void UserErased(int ended, int cleaned, int letters, int records, int pending);

    [LoggerMessage(1028, LogLevel.Error, "A queued turn of conversation {Conversation} failed, attempt {Attempt}.")]
    public partial void AttemptFailed(string conversation, int attempt, Exception exception);
}
