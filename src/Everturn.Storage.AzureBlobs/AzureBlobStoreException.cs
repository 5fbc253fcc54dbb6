namespace Everturn.Storage.AzureBlobs;

/// <summary>Azure Blob Storage could not do what was asked. After a write the outcome is unknown, as <see cref="IStore"/> says.</summary>
public sealed class AzureBlobStoreException : Exception
{
    /// <summary>Makes the exception; the code stands at the beginning of the message.</summary>
    /// <param name="code">The error's code, for instance <c>ET2201</c>.</param>
    /// <param name="message">Operation, key, container, what was found, and the cure.</param>
    /// <param name="isLasting">Whether trying again is of no use until somebody changes something.</param>
    /// <param name="innerException">The cause, when there is one.</param>
    public AzureBlobStoreException(string code, string message, bool isLasting = false, Exception? innerException = null)
        : base($"{code}: {message}", innerException)
    {
        Code = code;
        IsLasting = isLasting;
    }

    /// <summary>The error's code; docs/errors.md has a row for each.</summary>
    public string Code { get; }

    /// <summary>Whether trying again is of no use until somebody changes something: rights, container, kind of account.</summary>
    public bool IsLasting { get; }
}
