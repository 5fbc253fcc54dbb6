namespace Everturn.Testing.Simulation;

/// <summary>A store or an engine broken on purpose: the negative controls of the checker.</summary>
public enum Sabotage
{
    /// <summary>Nothing is broken.</summary>
    None,

    /// <summary>The store ignores If-Match.</summary>
    StoreIgnoresIfMatch,

    /// <summary>The store overwrites a document that must not exist yet.</summary>
    StoreOverwritesOnCreate,

    /// <summary>The store acknowledges a write and later loses it, as the last writer of another region would make it.</summary>
    StoreLosesAcknowledgedWrites,

    /// <summary>Reads show an old version while writes are checked against that old version too: a failover to a replica that lags.</summary>
    StoreFallsBack,

    /// <summary>ETags are counters, over a store that falls back one version.</summary>
    StoreCountsAndFallsBack,

    /// <summary>The engine sends before the commit.</summary>
    EngineSendsBeforeCommit,

    /// <summary>The engine confirms rows that it has not sent yet.</summary>
    EngineConfirmsBeforeSending,

    /// <summary>The engine writes the same image again under the current ETag when the outcome of a commit is unknown.</summary>
    EngineRetriesUnknownBlindly,

    /// <summary>The engine writes its image under a new ETag after a failed precondition instead of applying the operation again.</summary>
    EngineWritesImageBack,

    /// <summary>The engine forgets the inbox at once.</summary>
    EngineForgetsInbox,

    /// <summary>The engine forgets the results of steps at once.</summary>
    EngineForgetsJournal,

    /// <summary>A step's idempotency key is another one each time.</summary>
    EngineChangesKeys,

    /// <summary>A tender that was overtaken goes on delivering.</summary>
    EngineIgnoresTerm,

    /// <summary>What a read shows is trusted without a write of the node's own.</summary>
    EngineTrustsReads,

    /// <summary>Rows are delivered in the wrong order.</summary>
    EngineDeliversOutOfOrder,

    /// <summary>Nobody looks for what dead nodes have left.</summary>
    EngineNeverRecovers,

    /// <summary>Updates and deletions are addressed to another activity than the bot has named.</summary>
    EngineChangesAnother,

    /// <summary>A channel that takes our ids applies an update or deletion that comes again, also over a newer one.</summary>
    ChannelAppliesOldChanges,
}
