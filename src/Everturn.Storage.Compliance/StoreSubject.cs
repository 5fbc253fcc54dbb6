namespace Everturn.Storage.Compliance;

/// <summary>
/// The store under test. The one override that a store needs is <see cref="OpenAsync"/>; each test makes a subject of
/// its own and disposes it at the end.
/// </summary>
public abstract class StoreSubject : IAsyncDisposable
{
    /// <summary>
    /// Opens the subject's store. Every call opens the <i>same</i> documents: where the store can be opened twice, as
    /// another process would (a store object of its own); where it cannot, the same object again.
    /// </summary>
    /// <remarks>
    /// Documents of other tests may be present, for instance on a shared server: the suites keep to keys of their own.
    /// The suites dispose what is disposable.
    /// </remarks>
    public abstract ValueTask<IStore> OpenAsync();

    /// <summary>Why the suite of crashes is skipped; null (the default) runs it. Only a store that does not outlive its process may give a reason.</summary>
    public virtual string? WhyItCannotBeReopened => null;

    /// <summary>The largest content that the store must take, in bytes. Default 16 MiB, the largest record that can be configured; lower only for a limit that the store documents.</summary>
    public virtual int LargestContent => 16 << 20;

    /// <summary>Removes what the subject made.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
