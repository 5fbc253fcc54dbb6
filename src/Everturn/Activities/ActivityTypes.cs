namespace Everturn.Activities;

/// <summary>The types of activities. The set is open: other words are legal.</summary>
public static class ActivityTypes
{
    /// <summary>Text, speech or cards.</summary>
    public const string Message = "message";

    /// <summary>Members or topic changed.</summary>
    public const string ConversationUpdate = "conversationUpdate";

    /// <summary>The other side is writing.</summary>
    public const string Typing = "typing";

    /// <summary>A named programmatic message without an answer.</summary>
    public const string Event = "event";

    /// <summary>A named programmatic message with a synchronous answer.</summary>
    public const string Invoke = "invoke";

    /// <summary>The conversation is over.</summary>
    public const string EndOfConversation = "endOfConversation";

    /// <summary>A reaction to a message.</summary>
    public const string MessageReaction = "messageReaction";

    /// <summary>An earlier message was revised.</summary>
    public const string MessageUpdate = "messageUpdate";

    /// <summary>An earlier message was deleted.</summary>
    public const string MessageDelete = "messageDelete";

    /// <summary>The bot was installed or removed.</summary>
    public const string InstallationUpdate = "installationUpdate";

    /// <summary>The bot entered or left a user's contacts.</summary>
    public const string ContactRelationUpdate = "contactRelationUpdate";

    /// <summary>The conversation passes to another side.</summary>
    public const string Handoff = "handoff";

    /// <summary>For developers only; never shown to users.</summary>
    public const string Trace = "trace";

    /// <summary>A request to do something.</summary>
    public const string Command = "command";

    /// <summary>The result of a command.</summary>
    public const string CommandResult = "commandResult";
}
