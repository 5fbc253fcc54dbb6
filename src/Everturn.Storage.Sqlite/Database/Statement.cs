using System.Text;
using SQLitePCL;

namespace Everturn.Storage.Sqlite.Database;

// A statement that is prepared once and run often.
internal sealed class Statement : IDisposable
{
    // SQLITE_PREPARE_PERSISTENT: it will live long.
    private const uint Persistent = 1;

    private readonly Connection _connection;
    private readonly sqlite3_stmt _handle;

    private Statement(Connection connection, sqlite3_stmt handle)
    {
        _connection = connection;
        _handle = handle;
    }

    public static bool TryPrepare(Connection connection, string sql, out Statement? statement)
    {
        var code = raw.sqlite3_prepare_v3(connection.Handle, sql, Persistent, out var handle);
        statement = code == raw.SQLITE_OK ? new Statement(connection, handle) : null;
        if (ResultCode.IsBusy(code)) return false;
        return statement is not null ? true : throw connection.Error(code, "Preparing a statement");
    }

    // Bytes rather than strings: SQLite then compares what is there, NUL characters and all.
    public void BindText(int index, ReadOnlySpan<byte> utf8) => raw.sqlite3_bind_text(_handle, index, utf8);

    public void BindText(int index, string text) => BindText(index, Encoding.UTF8.GetBytes(text));

    public void BindBlob(int index, ReadOnlySpan<byte> bytes) => raw.sqlite3_bind_blob(_handle, index, bytes);

    public void BindNumber(int index, long? number)
    {
        if (number is { } value) raw.sqlite3_bind_int64(_handle, index, value);
        else raw.sqlite3_bind_null(_handle, index);
    }

    public int Step() => raw.sqlite3_step(_handle);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_handle, column).ToArray();

    public long Number(int column) => raw.sqlite3_column_int64(_handle, column);

    public string Text(int column) => raw.sqlite3_column_text(_handle, column).utf8_to_string();

    // The number of rows that this statement, just run, has changed.
    public int RunChange(string operation)
    {
        var code = Step();
        if (code != raw.SQLITE_DONE)
        {
            var error = _connection.Error(code, operation);
            Reset();
            throw error;
        }

        var changes = raw.sqlite3_changes(_connection.Handle);
        Reset();
        return changes;
    }

    // Ends the statement's read transaction and lets go of bound buffers.
    public void Reset()
    {
        raw.sqlite3_reset(_handle);
        raw.sqlite3_clear_bindings(_handle);
    }

    public void Dispose() => _handle.Dispose();
}
