namespace Everturn.Storage.Postgres;

/// <summary>PostgreSQL could not do what was asked. After a write the outcome is unknown, as <see cref="IStore"/> says.</summary>
public sealed class PostgresStoreException : Exception
{
    /// <summary>Makes the exception; the code stands at the beginning of the message.</summary>
    /// <param name="code">The error's code, for instance <c>ET2102</c>.</param>
    /// <param name="message">Operation, key, server, what was found, and the cure.</param>
    /// <param name="sqlState">PostgreSQL's SQLSTATE; null when the server said none.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public PostgresStoreException(string code, string message, string? sqlState = null, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
        SqlState = sqlState;
    }

    /// <summary>The error's code; docs/errors.md has a row for each.</summary>
    public string Code { get; }

    /// <summary>PostgreSQL's SQLSTATE; null when the server said none.</summary>
    public string? SqlState { get; }
}
