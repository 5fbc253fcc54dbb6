namespace Everturn.Storage.Sqlite.Writing;

// A save or a delete on its way through the writer.
internal sealed class Write : IPendingWrite
{
    private readonly TaskCompletionSource<ETag?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Write(string key, ReadOnlyMemory<byte> content, ETag? expected, long? due, bool isDelete)
    {
        Key = key;
        Content = content;
        Expected = expected;
        Due = due;
        IsDelete = isDelete;
    }

    public string Key { get; }

    public ReadOnlyMemory<byte> Content { get; }

    public ETag? Expected { get; }

    public long? Due { get; }

    public bool IsDelete { get; }

    public int Bytes => Content.Length;

    // What the statement did; an answer only once the transaction is committed.
    public ETag? Outcome { get; private set; }

    // The new version, or, for a delete, the deleted one; null when the precondition failed.
    public Task<ETag?> Done => _done.Task;

    public static Write Save(string key, ReadOnlyMemory<byte> content, ETag? expected, DateTimeOffset? due) =>
        new(key, content, expected, due?.UtcTicks, isDelete: false);

    public static Write Delete(string key, ETag expected) => new(key, default, expected, null, isDelete: true);

    public void Run(WriteStatements statements) => Outcome = IsDelete ? statements.Delete(this) : statements.Save(this);

    public void Complete() => _done.SetResult(Outcome);

    public void Fail(Exception error) => _done.SetException(error);
}
