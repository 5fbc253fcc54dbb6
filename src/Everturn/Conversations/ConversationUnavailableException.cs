namespace Everturn.Conversations;

/// <summary>A call of <see cref="IConversations"/> came to no end. Repeated with the same key it takes effect once, whatever became of this one.</summary>
/// <param name="message">With the code ET1049: nobody knows whether it took effect; ET1012 or ET1050: it did not.</param>
public sealed class ConversationUnavailableException(string message) : Exception(message);
