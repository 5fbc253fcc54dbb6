namespace Everturn.Storage.Sqlite.Writing;

// Writes of several documents that take effect together or not at all.
internal sealed class WriteAll(IReadOnlyList<DocumentWrite> documents) : IPendingWrite
{
    private readonly TaskCompletionSource<IReadOnlyList<ETag>?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Write[] _writes = [.. documents.Select(write => Write.Save(write.Key, write.Content, write.Expected, write.Due))];
    private bool _allHeld;

    public string Key => _writes[0].Key;

    public int Bytes => _writes.Sum(write => write.Content.Length);

    // The new versions in the order of the writes; null when a precondition failed.
    public Task<IReadOnlyList<ETag>?> Done => _done.Task;

    // What the first writes did is undone when a later one is refused; the rest of the group stays.
    public void Run(WriteStatements statements) => _allHeld = statements.RunOrUndo(() => Array.TrueForAll(_writes, write =>
    {
        write.Run(statements);
        return write.Outcome is not null;
    }));

    public void Complete() => _done.SetResult(_allHeld ? _writes.Select(write => write.Outcome!.Value).ToArray() : null);

    public void Fail(Exception error) => _done.SetException(error);
}
