namespace Everturn.Storage;

/// <summary>What a store may offer to the person who runs it; <c>everturn store</c> calls it. Nodes do not.</summary>
public interface IStoreAdmin
{
    /// <summary>Makes what the store needs (a file, tables, a container) or brings it to this version's form. Repeating it does nothing.</summary>
    Task InitAsync(CancellationToken cancellationToken);

    /// <summary>Looks at the store and its settings, and changes nothing.</summary>
    Task<StoreCheck> CheckAsync(CancellationToken cancellationToken);

    /// <summary>Counts what the store holds, of all bots. It may take long where there is much.</summary>
    Task<StoreStats> StatsAsync(CancellationToken cancellationToken);
}
