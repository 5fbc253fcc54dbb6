namespace Everturn.Storage.Sqlite;

/// <summary>SQLite could not do what was asked. After a write the outcome is unknown, as <see cref="IStore"/> says.</summary>
public sealed class SqliteStoreException : Exception
{
    /// <summary>Makes the exception; the code stands at the beginning of the message.</summary>
    /// <param name="code">The error's code, for instance <c>ET2005</c>.</param>
    /// <param name="message">Operation, key, file, what was found, and the cure.</param>
    /// <param name="sqliteCode">SQLite's extended result code; 0 when SQLite was not asked.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public SqliteStoreException(string code, string message, int sqliteCode = 0, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
        SqliteCode = sqliteCode;
    }

    /// <summary>The error's code; docs/errors.md has a row for each.</summary>
    public string Code { get; }

    /// <summary>SQLite's extended result code; 0 when SQLite was not asked.</summary>
    public int SqliteCode { get; }
}
