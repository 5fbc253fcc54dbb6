namespace Everturn.Conversations;

/// <summary>A stored conversation record cannot be read, or must not be written by this version.</summary>
internal sealed class UnreadableRecordException : Exception
{
    public UnreadableRecordException(string message)
        : base(message)
    {
    }

    public UnreadableRecordException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
