namespace Everturn.Storage.Sqlite.Writing;

// Copies the log into the file. A seam for the tests alone, which show what an unguarded checkpoint does.
internal interface ICheckpointer : IDisposable
{
    // Called by the writer after each commit, without the write lock.
    void AfterCommit();
}
