namespace Everturn.Testing;

/// <summary>A test of a bot failed: what was expected did not happen, or the bot did what it must not.</summary>
public sealed class TestBotException : Exception
{
    /// <summary>A failure without a reason.</summary>
    public TestBotException()
    {
    }

    /// <summary>A failure.</summary>
    public TestBotException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its cause.</summary>
    public TestBotException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
