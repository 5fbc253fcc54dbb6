namespace Everturn.Storage.Sqlite.Writing;

// What waits for the writer and is answered for itself, however many share its transaction.
internal interface IPendingWrite
{
    string Key { get; }

    int Bytes { get; }

    // Inside the transaction; the answer counts once that is committed.
    void Run(WriteStatements statements);

    void Complete();

    void Fail(Exception error);
}
